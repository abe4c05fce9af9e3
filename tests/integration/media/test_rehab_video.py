"""A patient's exercise video, from the spool to the answer, with the real engine; whatever kills the worker."""

import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from care.analysis import read_findings
from care.rehab import Target, name_video, unnamed_videos
from care.replies import Reply
from channels.inbound import Kind
from channels.jobs import JobQueue
from channels.rehab_job import queue_named_videos
from records.cases import Case
from records.conversations import Author, Conversation, Holder, Message, MessageState
from records.database import session_scope
from records.findings import FileRole, Finding, FindingFile, FindingKind
from records.media import Media
from records.media_store import read_media
from records.rehab import RehabSession, Side
from records.vault import get_vault
from settings import Settings, get_settings
from tests.integration.media.conftest import StartVision
from tests.integration.media.files import spooled
from tests.integration.media.test_media_job import work
from tests.integration.rehab.house import conversation_of, prescribed
from tests.posted import answering_posts
from tests.rehab_findings import filmed

pytestmark = pytest.mark.usefixtures("database")


@contextmanager
def assistant(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """Stands where Rasa would; gives what it is informed of."""
    told: list[dict[str, Any]] = []

    def answer(path: str, content: Any) -> tuple[int, bytes]:
        assert path == "/webhooks/rest/inform"
        told.append(content)
        return 200, b"{}"

    with answering_posts(answer) as url:
        monkeypatch.setenv("XINGLIN_RASA_URL", url)
        get_settings.cache_clear()
        yield told


def sent_by(conversation_id: str, house: Settings, content: bytes, name: str) -> str:
    """A video of this conversation whose bytes lie in the spool, put into the queue twice, as a resend is."""
    spool = house.var / "spool"
    spool.mkdir(parents=True, exist_ok=True, mode=0o700)
    (spool / f"web-{name}").write_bytes(content)
    with session_scope() as session:
        conversation = session.get_one(Conversation, conversation_id)
        conversation.last_seq += 1
        message = Message(
            conversation_id=conversation_id,
            seq=conversation.last_seq,
            dedupe_key=name,
            author=Author.PATIENT,
            kind=Kind.VIDEO,
            media_source={"spool": f"web-{name}", "claimed_type": "video/mp4", "size": len(content)},
            state=MessageState.ANSWERED,
        )
        session.add(message)
        session.flush()
        message_id = message.id
    queue = JobQueue(house.jobs_url)
    for _ in range(2):
        queue.take_media(message_id)
    return message_id


def replies(message_id: str) -> list[Reply]:
    with session_scope() as session:
        query = select(Message).where(Message.reply_to == message_id, Message.author == Author.BOT)
        return [
            Reply.model_validate({"text": row.text, "quick_replies": row.quick_replies})
            for row in session.scalars(query.order_by(Message.seq))
        ]


def findings() -> list[tuple[str, dict[str, Any]]]:
    with session_scope() as session:
        return [(one.kind, read_findings(session, one)) for one in session.scalars(select(Finding))]


def done(house: Settings) -> None:
    last = work(house)
    assert last.returncode == 0, last.stderr
    assert "ERROR" not in last.stdout, last.stdout + last.stderr


def test_a_worker_killed_around_the_engine_answers_once(
    house: Settings, start_vision: StartVision, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    programme = prescribed(conversation_of(), "squat")
    message_id = sent_by(programme.conversation_id, house, filmed(tmp_path / "clip.mp4", "cartoon"), "one")
    with assistant(monkeypatch) as told, start_vision():
        for point in ("after:analyse", "after:tell", "after:inform"):
            assert work(house, point).returncode == -9, point
        done(house)
    [reply] = replies(message_id)
    assert "没有看到做动作的人" in reply.text
    assert "请把手机放在身体侧面" in reply.text
    [(kind, found)] = findings()
    assert (kind, found["exercise"], found["gate"]["problem"]) == (FindingKind.REHAB, "squat", "nobody")
    # The assistant may be informed twice of the same: slots are set, not added to.
    assert told
    assert all(one == {"sender": programme.conversation_id, "slots": {"rehab_exercise": "squat"}} for one in told)
    assert spooled(house) == []
    with session_scope() as session:
        assert session.scalars(select(RehabSession)).all() == []
        assert session.get_one(Conversation, programme.conversation_id).holder == Holder.BOT


def test_the_engine_is_told_which_side_is_prescribed(house: Settings, vision: None, tmp_path: Path) -> None:
    targets = (Target("shoulder_abduction", 5, side=Side.RIGHT),)
    programme = prescribed(conversation_of(), targets=targets)
    sent_by(programme.conversation_id, house, filmed(tmp_path / "clip.mp4", "cartoon"), "one")
    done(house)
    [(kind, found)] = findings()
    assert (kind, found["exercise"], found["side"]) == (FindingKind.REHAB, "shoulder_abduction", "right")


def test_a_video_that_may_be_any_of_several_waits_to_be_named(
    house: Settings, start_vision: StartVision, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    programme = prescribed(conversation_of(), "squat", "heel_raise")
    message_id = sent_by(programme.conversation_id, house, filmed(tmp_path / "clip.mp4", "cartoon"), "one")
    with assistant(monkeypatch) as told, start_vision():
        done(house)
        [question] = replies(message_id)
        assert "这是哪个动作" in question.text
        assert [option.title for option in question.quick_replies] == ["深蹲", "提踵", "转人工"]
        with session_scope() as session:
            assert list(unnamed_videos(session, programme.conversation_id)) == [message_id]
            assert name_video(session, message_id=message_id, exercise="heel_raise")
            assert not name_video(session, message_id=message_id, exercise="squat"), "pressed twice"
        assert queue_named_videos() == 1
        assert queue_named_videos() == 0
        for point in ("after:unseal", "after:look_at_named", "after:tell_named"):
            assert work(house, point).returncode == -9, point
        done(house)
    question, answer = replies(message_id)
    assert "没有看到做动作的人" in answer.text
    assert {kind: found.get("exercise") for kind, found in findings()} == {
        FindingKind.REHAB_UNNAMED: None,
        FindingKind.REHAB: "heel_raise",
    }
    assert told[-1]["slots"] == {"rehab_exercise": "heel_raise"}
    assert spooled(house) == [], "the plain copy is wiped"
    with session_scope() as session:
        assert len(session.scalars(select(Media).where(Media.kind == "video")).all()) == 1


def test_bad_videos_each_get_a_clear_answer_and_none_is_lost(house: Settings, vision: None, tmp_path: Path) -> None:
    """The issue's list: what phones send that cannot be read as an exercise."""
    noisy = bytearray(filmed(tmp_path / "whole.mp4", "noisy", frames=90))
    middle = len(noisy) // 2
    noisy[middle : middle + 4000] = b"\xa5" * 4000
    bad = {
        "audio only": (filmed(tmp_path / "a.mp4", "audio", frames=60), ("语音", "声音")),
        "four frames": (filmed(tmp_path / "b.mp4", "cartoon", frames=4), ("太短",)),
        "ten minutes": (
            filmed(tmp_path / "c.mp4", "cartoon", frames=1200, rate=2, size=(64, 48)),
            ("没有看到做动作的人",),
        ),
        "portrait": (filmed(tmp_path / "d.mp4", "cartoon", size=(120, 160)), ("没有看到做动作的人",)),
        "slow motion": (filmed(tmp_path / "e.mp4", "cartoon", frames=240, rate=240), ("没有看到做动作的人",)),
        "damaged in the middle": (bytes(noisy), ("没有看到做动作的人", "打不开")),
        "cut off": (bytes(noisy[: middle // 2]), ("打不开",)),
        "still photo": (filmed(tmp_path / "f.mp4", "still"), ("没有看到做动作的人",)),
        "in the dark": (filmed(tmp_path / "g.mp4", "dark"), ("太暗",)),
    }
    sent = {}
    for number, (name, (content, _)) in enumerate(bad.items()):
        programme = prescribed(conversation_of(f"patient{number}"), "squat")
        sent[name] = sent_by(programme.conversation_id, house, content, f"bad{number}")
    done(house)
    for name, message_id in sent.items():
        [reply] = replies(message_id)
        assert any(words in reply.text for words in bad[name][1]), (name, reply.text)
    with session_scope() as session:
        assert session.scalars(select(RehabSession)).all() == [], "none counts as a session"
        kept = set(session.scalars(select(Message.id).where(Message.media_id.is_not(None))))
        refused = {name for name, message_id in sent.items() if message_id not in kept}
        assert refused <= {"cut off"}, "what opens is kept, readable or not"
        assert session.scalars(select(Case).where(Case.kind == "rehab")).all() == []
    assert spooled(house) == []


@pytest.mark.shared_data
def test_a_real_squat_is_counted_and_kept_with_its_pictures(
    house: Settings, vision: None, shared_data: Path, tmp_path: Path
) -> None:
    """The engine through the confined worker, its clip and its chart, on one short clip of a person."""
    archive = shared_data / "rehab" / "clips.tar"
    if not archive.exists():
        pytest.skip(f"no clips at {archive}")
    with tarfile.open(archive) as clips:
        clip = clips.extractfile("workouttracker/squat_19.mp4")
        assert clip is not None
        content = clip.read()
    programme = prescribed(conversation_of(), "squat")
    message_id = sent_by(programme.conversation_id, house, content, "real")
    done(house)
    [reply] = replies(message_id)
    assert "深蹲：数到2次，要做的是5次。" in reply.text, reply.text
    assert "治疗师也会看到" in reply.text
    with session_scope() as session:
        [session_kept] = session.scalars(select(RehabSession)).all()
        assert session_kept.repetitions == 2
        files = {one.role: one.media_id for one in session.scalars(select(FindingFile))}
        video, chart = (read_media(session, get_vault(), files[role]) for role in (FileRole.VIDEO, FileRole.CHART))
        assert [one.reasons for one in session.scalars(select(Case))] == [["rehab_first_video"]]
    assert video[4:8] == b"ftyp"
    assert chart.startswith(b"\x89PNG")
