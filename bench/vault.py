"""What the vault costs beside the bare cipher, as ratios of one run: ``python -m bench.vault``.

Both do the same work on the same message-sized data, in turn, so that a noisy machine disturbs both alike. The
database is left out of ``seal`` and ``open``; ``store`` and ``reveal`` are set against a bare row written and read.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from secrets import token_bytes, token_hex

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary, String, event, select
from sqlalchemy.orm import Mapped, mapped_column

import records.tables  # noqa: F401
from records.database import Base, engine_for, new_id, session_scope
from records.keys import Algorithm, FileKeys
from records.masking import PersonalKind, mask_into_vault
from records.vault import Vault
from settings import get_settings

ROUNDS = 400
OWNER = "a" * 16
MESSAGE = "我叫欧阳雪梅，手机13900139000，最近三天胸口闷，想挂下周三上午的心内科"


class Bare(Base):
    """A row as it would be without a vault in front."""

    __tablename__ = "bench_bare"

    ref: Mapped[str] = mapped_column(String(16), primary_key=True)
    owner: Mapped[str] = mapped_column(String(32))
    content: Mapped[bytes] = mapped_column(LargeBinary)


def seconds(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def compared(plain: Callable[[], object], ours: Callable[[], object]) -> tuple[float, float, float]:
    """Medians in microseconds of both, and the median of the ratios of pairs."""
    for _ in range(20):
        plain(), ours()
    pairs = [(seconds(plain), seconds(ours)) for _ in range(ROUNDS)]
    first, second = (statistics.median(one) * 1e6 for one in zip(*pairs, strict=True))
    return first, second, statistics.median(b / a for a, b in pairs)


def statements(action: Callable[[], object]) -> int:
    """How many statements one call sends, without BEGIN and COMMIT."""
    sent: list[str] = []

    def note(*given: object) -> None:
        sent.append(str(given[2]))

    engine = engine_for(get_settings().records_url)
    event.listen(engine, "before_cursor_execute", note)
    action()
    event.remove(engine, "before_cursor_execute", note)
    return len([one for one in sent if not one.startswith(("BEGIN", "SAVEPOINT", "RELEASE"))])


def measure(vault: Vault) -> None:
    data, nonce = MESSAGE.encode(), token_bytes(12)
    bare = AESGCM(token_bytes(32))
    with session_scope() as session:
        vault.prepare(session)
        vault.store(session, owner=OWNER, kind=PersonalKind.NAME, original="x", shown="x")
    with session_scope() as session:
        sealed = vault.seal(session, data, owner=OWNER, context="bench")
        box = bare.encrypt(nonce, data, b"bench")

        def report(what: str, plain: Callable[[], object], ours: Callable[[], object]) -> None:
            first, second, ratio = compared(plain, ours)
            print(f"{what:<34} {first:8.1f} {second:8.1f} µs   {ratio:5.2f}")

        print(f"{vault.algorithm}: bare, ours, ours / bare (bare is AES-256-GCM)")
        report(
            "seal against encrypt",
            lambda: bare.encrypt(token_bytes(12), data, b"bench"),
            lambda: vault.seal(session, data, owner=OWNER, context="bench"),
        )
        report(
            "open against decrypt",
            lambda: bare.decrypt(nonce, box, b"bench"),
            lambda: vault.open(session, sealed, owner=OWNER, context="bench"),
        )

        def written() -> str:
            ref = new_id()
            session.add(Bare(ref=ref, owner=OWNER, content=bare.encrypt(token_bytes(12), data, b"bench")))
            session.flush()
            return ref

        def stored() -> str:
            return vault.store(session, owner=OWNER, kind=PersonalKind.NAME, original=MESSAGE, shown="x")

        report("store against encrypt and insert", written, stored)
        first, second = written(), stored()

        def read() -> bytes:
            session.expire_all()
            row = session.scalars(select(Bare).where(Bare.ref == first)).one()
            return row.content

        def revealed() -> str:
            session.expire_all()
            return vault.reveal(session, owner=OWNER, ref=second)

        report("reveal against select", read, revealed)
    with session_scope() as session:
        count = statements(lambda: mask_into_vault(session, vault, owner=OWNER, text=MESSAGE))
        print(f"statements of a message with a name and a phone, known owner: {count}")
        stranger = token_hex(8)
        count = statements(lambda: mask_into_vault(session, vault, owner=stranger, text=MESSAGE))
        print(f"statements of the same from somebody new: {count}")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XINGLIN_VAR"] = folder
        get_settings.cache_clear()
        settings = get_settings()
        engine = engine_for(settings.records_url)
        Base.metadata.create_all(engine)
        for algorithm in Algorithm:
            keys = FileKeys(Path(folder) / "keys" / "master.key", algorithm=algorithm)
            measure(Vault(keys, engine=lambda: engine, algorithm=algorithm, cache_s=settings.key_cache_s))
        engine.dispose()


if __name__ == "__main__":
    main()
