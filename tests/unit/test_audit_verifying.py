"""Whatever is changed, removed, inserted, exchanged, cut off or rewritten in the audit is found."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from records.audit import Action, Actor, ActorKind, audit
from records.audit.chain import COVERED, row_hash
from records.audit.checkpoints import (
    Checkpoint,
    head,
    last_checkpoint,
    public_key_beside,
    read_checkpoints,
    write_checkpoint,
)
from records.audit.keeping import EVERY_ROWS, keep_checkpoints
from records.audit.signing import SigningKeyError, load_public_keys, load_signer
from records.audit.verifying import Row, stored_rows, verify
from records.database import engine, session_scope
from settings import Settings, get_settings

ROWS = 12
SEQ = COVERED.index("seq")


def write(count: int = ROWS) -> None:
    with session_scope() as session:
        for number in range(count):
            audit(
                session,
                actor=Actor(ActorKind.STAFF, "nurse", "10.0.0.7"),
                action=Action.VIEW_MESSAGES,
                patient="a1" if number % 3 else None,
                subject=f"conversation:{number}",
                reason="随访",
                details={"count": number},
            )


def sign() -> Checkpoint:
    with session_scope() as session:
        at = head(session)
    assert at is not None
    return write_checkpoint(at)


def known() -> tuple[Checkpoint, ...]:
    file = get_settings().checkpoints_file
    found = read_checkpoints(file, load_public_keys(public_key_beside(file)))
    assert found.problems == ()
    return found.checkpoints


def stored() -> list[Row]:
    return list(stored_rows(engine()))


def sealed(values: list[object]) -> Row:
    """A row that an attacker has hashed anew."""
    return Row(tuple(values), row_hash(values, str(values[COVERED.index("hash_name")])))


def test_an_untouched_chain_is_sound(database: None) -> None:
    assert verify([]).sound
    write()
    sign()
    write(3)
    found = verify(stored_rows(engine()), checkpoints=known())
    assert found.sound
    assert (found.rows, found.first, found.last, found.checkpoints) == (ROWS + 3, 1, ROWS + 3, 1)


@pytest.fixture
def chain(database: None) -> tuple[list[Row], tuple[Checkpoint, ...]]:
    """Twelve rows with checkpoints at the fifth and the last."""
    write(5)
    sign()
    write(ROWS - 5)
    sign()
    return stored(), known()


def text_or_number() -> st.SearchStrategy[object]:
    return st.one_of(st.text(max_size=8), st.integers(-5, 20), st.none(), st.binary(max_size=4), st.booleans())


@st.composite
def tamperings(draw: st.DrawFn) -> Callable[[list[Row]], list[Row]]:
    """One way to tamper with the rows, as a database allows it: numbers stay different, rows come by number."""
    at, other = draw(st.integers(0, ROWS - 1)), draw(st.integers(0, ROWS - 1))
    column, value = draw(st.integers(0, len(COVERED))), draw(text_or_number())
    how = draw(st.sampled_from(["change", "rehash", "delete", "truncate", "swap", "insert", "rewrite"]))

    def put(row: Row, *, anew: bool) -> Row:
        values = list(row.values)
        if column == len(COVERED):
            return Row(row.values, value)
        values[column] = value
        try:
            return sealed(values) if anew else Row(tuple(values), row.hash)
        except (KeyError, TypeError):
            return Row(tuple(values), row.hash)

    def tamper(rows: list[Row]) -> list[Row]:
        rows = list(rows)
        if how in {"change", "rehash"}:
            rows[at] = put(rows[at], anew=how == "rehash")
        elif how == "delete":
            del rows[at]
        elif how == "truncate":
            del rows[at:]
        elif how == "swap":
            one, two = rows[at].values, rows[other].values
            rows[at] = Row((one[SEQ], *two[1:]), rows[other].hash)
            rows[other] = Row((two[SEQ], *one[1:]), rows[at].hash)
        elif how == "insert":
            moved = [sealed([int(str(row.values[SEQ])) + 1, *row.values[1:]]) for row in rows[at:]]
            rows = [*rows[: at + 1], *moved]
        else:  # the whole chain from ``at`` on, as somebody who knows the format would do it
            previous = rows[at].values[COVERED.index("previous")]
            for number in range(at, len(rows)):
                values = list(rows[number].values)
                values[COVERED.index("previous")] = previous
                if number == at:
                    values[COVERED.index("subject")] = "conversation:other"
                rows[number] = sealed(values)
                previous = rows[number].hash
        return rows

    return tamper


def test_whatever_is_done_to_the_rows_is_found(chain: tuple[list[Row], tuple[Checkpoint, ...]]) -> None:
    rows, checkpoints = chain

    @settings(max_examples=400, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(tamper=tamperings())
    def found(tamper: Callable[[list[Row]], list[Row]]) -> None:
        tampered = tamper(rows)
        same = [(*row.values, row.hash) for row in tampered] == [(*row.values, row.hash) for row in rows]
        kinds = [[type(value) for value in row.values] for row in tampered] == [
            [type(value) for value in row.values] for row in rows
        ]
        assert verify(tampered, checkpoints=checkpoints).sound == (same and kinds)

    found()


SAID = [
    # what an attacker with the file runs, the row that is named, what is said of it
    ("UPDATE audit_entry SET reason = '别的' WHERE seq = 4", 4, "内容被改动"),
    ("UPDATE audit_entry SET patient = NULL WHERE seq = 7", 7, "内容被改动"),
    ("UPDATE audit_entry SET at = '2020-01-01T00:00:00.000000Z' WHERE seq = 1", 1, "内容被改动"),
    ("UPDATE audit_entry SET hash = previous WHERE seq = 7", 7, "内容被改动"),
    ("DELETE FROM audit_entry WHERE seq = 3", 3, "第 3 行被删除"),
    ("DELETE FROM audit_entry WHERE seq BETWEEN 3 AND 6", 3, "第 3 到 6 行被删除"),
    ("DELETE FROM audit_entry WHERE seq <= 5", 1, "第 1 到 5 行被删除"),
    ("DELETE FROM audit_entry WHERE seq > 8", 9, "末尾被截断"),
    ("DELETE FROM audit_entry", 1, "末尾被截断"),
    ("UPDATE audit_entry SET seq = 0 WHERE seq = 9", 0, "多出一行"),
]


@pytest.mark.parametrize(("statement", "seq", "said"), SAID)
def test_the_row_is_named(chain: tuple[list[Row], tuple[Checkpoint, ...]], statement: str, seq: int, said: str) -> None:
    without_triggers(statement)
    found = verify(stored_rows(engine()), checkpoints=chain[1])
    assert (found.findings[0].seq, found.findings[0].what[: len(said)]) == (seq, said)


def test_one_changed_row_is_one_finding(chain: tuple[list[Row], tuple[Checkpoint, ...]]) -> None:
    without_triggers("UPDATE audit_entry SET address = '' WHERE seq = 4")
    assert verify(stored_rows(engine()), checkpoints=chain[1]).count == 1


def without_triggers(statement: str) -> None:
    """Run ``statement`` as somebody who owns the database can."""
    with engine().begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER ALL"))
        else:
            for name in ("update", "delete", "replace"):
                connection.execute(text(f"DROP TRIGGER audit_entry_no_{name}"))
        connection.execute(text(statement))


def test_who_rewrites_everything_after_the_last_checkpoint_is_found_by_the_next(database: None) -> None:
    write()
    sign()
    assert keep_checkpoints() is False  # nothing new
    without_triggers("UPDATE audit_entry SET hash = previous WHERE seq = 12")
    write(1)
    assert keep_checkpoints(closing=True) is False  # none is signed over it
    assert not verify(stored_rows(engine()), checkpoints=known()).sound


def test_a_checkpoint_comes_after_so_many_rows_or_at_the_end(database: None) -> None:
    assert keep_checkpoints() is False
    write(1)
    assert keep_checkpoints() is True
    write(EVERY_ROWS - 1)
    assert keep_checkpoints() is False
    assert keep_checkpoints(closing=True) is True
    write(EVERY_ROWS)
    assert keep_checkpoints() is True
    assert [one.seq for one in known()] == [1, EVERY_ROWS, 2 * EVERY_ROWS]


@pytest.mark.parametrize("line", [0, 1, 2])
@pytest.mark.parametrize(
    ("old", "new"), [(b'"seq":', b'"seq":1'), (b'"kind":"checkpoint"', b'"kind":"base"'), (b'"after":"', b'"after":"0')]
)
def test_a_changed_checkpoint_is_found(database: None, line: int, old: bytes, new: bytes) -> None:
    for _ in range(3):
        write(1)
        sign()
    file = get_settings().checkpoints_file
    lines = file.read_bytes().splitlines(keepends=True)
    assert old in lines[line]
    lines[line] = lines[line].replace(old, new)
    file.write_bytes(b"".join(lines))
    problems = read_checkpoints(file, load_public_keys(public_key_beside(file))).problems
    assert any(f"第 {line + 1} 行" in problem and "签名不对" in problem for problem in problems)


@pytest.mark.parametrize("line", [0, 1])
def test_a_checkpoint_that_was_taken_out_is_found(database: None, line: int) -> None:
    for _ in range(3):
        write(1)
        sign()
    file = get_settings().checkpoints_file
    lines = file.read_bytes().splitlines(keepends=True)
    del lines[line]
    file.write_bytes(b"".join(lines))
    assert read_checkpoints(file, load_public_keys(public_key_beside(file))).problems


def test_a_stranger_s_signature_does_not_count(database: None, installation: Settings, tmp_path: Path) -> None:
    write(1)
    stranger = load_signer(tmp_path / "other.key")
    checkpoint = sign()
    forged = checkpoint.model_copy(update={"key": stranger.key_id})
    forged = forged.model_copy(update={"signature": stranger.sign(forged.signed_bytes())})
    file = installation.checkpoints_file
    file.write_bytes(forged.line())
    assert read_checkpoints(file, load_public_keys(public_key_beside(file))).checkpoints == ()


def test_a_line_cut_off_by_a_power_cut_is_written_anew(database: None) -> None:
    write(1)
    sign()
    file = get_settings().checkpoints_file
    with file.open("ab") as opened:
        opened.write(b'{"n":2,"ki')
    assert len(known()) == 1
    write(1)
    sign()
    assert [one.n for one in known()] == [1, 2]
    assert last_checkpoint(file) == known()[-1]


def test_a_replaced_key_leaves_the_old_checkpoints_verifiable(database: None, installation: Settings) -> None:
    write(1)
    sign()
    installation.audit_key.unlink()
    write(1)
    sign()
    assert len({one.key for one in known()}) == 2


def test_the_key_is_its_owner_s_alone(database: None, installation: Settings) -> None:
    write(1)
    sign()
    assert installation.audit_key.stat().st_mode & 0o777 == 0o600
    installation.audit_key.chmod(0o644)
    with pytest.raises(SigningKeyError, match="chmod 600"):
        load_signer(installation.audit_key)
    installation.audit_key.chmod(0o600)
    installation.audit_key.write_text("nonsense")
    with pytest.raises(SigningKeyError, match="damaged"):
        load_signer(installation.audit_key)
