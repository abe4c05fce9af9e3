"""The durable job of one media message: fetch, look, keep, analyse, wipe, answer, inform the assistant.

Every step may be cut off anywhere and is then run again; each leaves its effect once. The job's id is the message's,
so a resend changes nothing. DBOS' own database holds message ids and findings, never bytes or addresses.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx
import structlog
from dbos import DBOS, DBOSConfig
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from care.analysis import Asked, Concluded, conclude, keep_findings
from care.media import (
    Judgement,
    NotAnalysed,
    PhotoNotReadable,
    VisionAway,
    VisionClient,
    answer,
    judge,
    keep,
    lost,
    unchecked,
)
from channels import wechat
from channels.analysts import ANALYSTS
from channels.inbound import Kind
from channels.jobs import MEDIA_QUEUE, MEDIA_WORKFLOW
from channels.wechat.errors import MediaGone, Refused
from channels.wechat.media import download_media, limit_for, sentence_for
from records.conversations import Conversation, MediaStage, Message, MessageState
from records.database import read_scope, session_scope, utc_now
from records.deliveries import Delivery
from records.findings import Finding, FindingKind
from records.vault import get_vault
from records.vault.job import KEYS_QUEUE
from settings import Settings, get_settings

log = structlog.get_logger(__name__)

# Named by us: an upgrade resumes what the version before began. Raise it only when the steps below change.
JOBS_VERSION = "media-2"
POLLING_S = 0.2
AT_ONCE = 8  # files in hand: one that waits for WeChat must not hold up the others
TURN_SETTLES_WITHIN_S = 5.0

Fields = dict[str, Any]

_SENT_AS = {Kind.IMAGE: "photo", Kind.VIDEO: "video", Kind.VOICE: "voice"}


@lru_cache(maxsize=1)
def vision() -> VisionClient:
    """This process's client of the vision process."""
    return VisionClient(get_settings())


@DBOS.workflow(name=MEDIA_WORKFLOW)
def take_media(message_id: str) -> str:
    """Take one message's file all the way; returns what became of it: kept, refused or lost."""
    fetched, finding_id = _fetched(message_id), None
    if fetched["file"] is None:
        judgement = lost(fetched["sentence"])
    else:
        judgement = _judged(message_id, fetched)
        if judgement.accepted:
            judgement = _kept(message_id, fetched["file"], judgement)
        if judgement.accepted:
            finding_id = _analysed(message_id, fetched["file"], judgement)
        wipe(fetched["file"])
    tell(message_id, asdict(judgement), finding_id)
    if finding_id is not None:
        _informed(message_id, finding_id)
    outcome = "kept" if judgement.accepted else "lost" if fetched["file"] is None else "refused"
    log.info("media_taken", message=message_id, outcome=outcome, kind=judgement.kind, type=judgement.content_type)
    return outcome


def _fetched(message_id: str) -> Fields:
    try:
        return fetch(message_id)
    except Exception as error:
        # DBOS has tried for over an hour: the patient is asked to send it again.
        log.error("media_not_fetched", message=message_id, error=type(error).__name__)
        return {"file": None, "sentence": ""}


def _judged(message_id: str, fetched: Fields) -> Judgement:
    try:
        return Judgement(**look(fetched["file"]))
    except Exception as error:
        # Nothing is lost because vision is away: the file is kept unopened and a person decides.
        log.error("media_unchecked", message=message_id, error=type(error).__name__)
        return unchecked(fetched["kind"])


def _kept(message_id: str, file: str, judgement: Judgement) -> Judgement:
    try:
        keep_file(message_id, file, asdict(judgement))
    except Exception as error:
        # Tried for half an hour (a full disk, a database that is away): better an honest answer than silence.
        log.error("media_not_kept", message=message_id, error=type(error).__name__)
        return lost()
    return judgement


def _analysed(message_id: str, file: str, judgement: Judgement) -> str | None:
    try:
        return analyse(message_id, file, asdict(judgement))
    except Exception as error:
        # It is kept: a person looks at it instead of an engine.
        log.error("media_not_analysed", message=message_id, error=type(error).__name__)
        return None


def _informed(message_id: str, finding_id: str) -> None:
    try:
        inform(finding_id)
    except Exception as error:
        # The patient has the answer; the assistant merely does not know what "it" is in the next sentence.
        log.warning("assistant_not_informed", message=message_id, error=type(error).__name__)


@DBOS.step(retries_allowed=True, max_attempts=10, interval_seconds=1.0, backoff_rate=2.5)
def fetch(message_id: str) -> Fields:
    """Have the bytes in the spool: the ``file``'s name there and the ``kind`` it was sent as; or no file and the
    ``sentence`` that says why."""
    settings = get_settings()
    with session_scope() as session:
        message = session.get_one(Message, message_id)
        message.stage = MediaStage.RECEIVED
        source, kind = message.media_source or {}, Kind(message.kind)
    spool = settings.var / "spool"
    spool.mkdir(parents=True, exist_ok=True, mode=0o700)
    missing: Fields = {"file": None, "sentence": ""}
    if media_id := source.get("platform_media_id"):
        name = f"media-{message_id}"
        try:
            download_media(wechat.client(), str(media_id), spool / name, kind=kind, limit=limit_for(kind, settings))
        except (MediaGone, Refused) as error:
            return missing | {"sentence": sentence_for(error)}
    else:
        name = Path(str(source.get("spool", ""))).name
        if not name or not (spool / name).is_file():
            return missing
    _reach(message_id, MediaStage.CHECKING)
    return {"file": name, "kind": _SENT_AS.get(kind, "document"), "sentence": ""}


@DBOS.step(retries_allowed=True, max_attempts=6, interval_seconds=0.5, backoff_rate=2.0)
def look(name: str) -> Fields:
    """What the file is and whether it is taken; an accepted photo is replaced by its clean copy."""
    file, clean = _spooled(name), _spooled(f"{name}.clean")
    inspection = vision().inspect(file)
    judgement = judge(inspection, get_settings())
    if not judgement.accepted or judgement.kind != "photo":
        return asdict(judgement)
    try:
        vision().sanitise(file, to=clean)
    except PhotoNotReadable as error:
        return asdict(judge(inspection.model_copy(update={"problem": str(error)}), get_settings()))
    clean.replace(file)
    return asdict(judgement) | {"content_type": "image/jpeg"}


@DBOS.step(retries_allowed=True, max_attempts=12, interval_seconds=0.5, backoff_rate=2.0)
def keep_file(message_id: str, name: str, judgement: Fields) -> str:
    """Store the file encrypted; returns the media's id."""
    with session_scope() as session:
        media_id = keep(
            session, get_vault(), message_id=message_id, source=_spooled(name), judgement=Judgement(**judgement)
        )
        session.get_one(Message, message_id).stage = MediaStage.ANALYSING
        return media_id


@DBOS.step(retries_allowed=True, max_attempts=5, interval_seconds=1.0, backoff_rate=2.0)
def analyse(message_id: str, name: str, judgement: Fields) -> str | None:
    """Have the engines look, one after another, until one has something to say, and keep that; returns the id of the
    findings, or None when the file is no engine's. What one gave up and no other can read is a person's to look at, not
    the next engine's to refuse."""
    with read_scope() as session:
        message = session.get_one(Message, message_id)
        asked = Asked(
            message_id=message_id,
            conversation_id=message.conversation_id,
            account_id=session.get_one(Conversation, message.conversation_id).account_id,
            kind=judgement["kind"],
            content_type=judgement["content_type"],
            file=_spooled(name),
        )
    given_up = False
    for analyst in ANALYSTS.values():
        if not analyst.takes(asked):
            continue
        try:
            with read_scope() as session:
                seen = analyst.look(session, asked, vision())
        except NotAnalysed as error:
            log.warning("file_given_up", message=message_id, analyst=str(analyst.kind), why=str(error))
            given_up = True
            continue
        if seen is not None and (seen.read or not given_up):
            with session_scope() as session:
                return keep_findings(session, get_vault(), message_id=message_id, kind=analyst.kind, seen=seen).id
    return None


@DBOS.step()
def wipe(name: str) -> None:
    """Delete the plain copies (GB/T 22239-2019: residual information)."""
    for file in (_spooled(name), _spooled(f"{name}.clean")):
        file.unlink(missing_ok=True)


@DBOS.step(retries_allowed=True, max_attempts=8, interval_seconds=0.5, backoff_rate=2.0)
def tell(message_id: str, judgement: Fields, finding_id: str | None = None) -> bool:
    """Answer the patient, and open the case or ask for the person that must see it; after the turn's own "received",
    not before it."""
    _wait_for_turn(message_id)
    with session_scope() as session:
        concluded = _concluded(session, finding_id) if finding_id else None
        person = concluded.person if concluded else bool(judgement["accepted"])
        told = answer(
            session,
            message_id=message_id,
            judgement=Judgement(**judgement),
            reply=concluded.reply if concluded else None,
            person=person,
        )
        handed_over = person or (concluded is not None and concluded.case is not None)
        session.get_one(Message, message_id).stage = MediaStage.HANDED_OVER if handed_over else MediaStage.DONE
        # No push waits for this reply, as the outbox would otherwise have to assume for some seconds.
        ours = select(Message.id).where(Message.reply_to == message_id, Message.dedupe_key == f"media:{message_id}")
        session.execute(
            update(Delivery)
            .where(Delivery.message_id.in_(ours), Delivery.next_attempt_at.is_(None))
            .values(next_attempt_at=utc_now())
            .execution_options(synchronize_session=False)
        )
        return told


@DBOS.step(retries_allowed=True, max_attempts=4, interval_seconds=1.0, backoff_rate=3.0)
def inform(finding_id: str) -> None:
    """Tell the assistant what was found, as slots of its conversation, so that it goes on from there."""
    with session_scope() as session:
        finding = session.get_one(Finding, finding_id)
        slots, sender = _concluded(session, finding_id).slots, finding.conversation_id
    if slots:
        tell_assistant(sender, slots)


def tell_assistant(conversation_id: str, slots: Fields) -> None:
    """Set slots of a conversation; raises ``httpx.HTTPError``."""
    address = f"{get_settings().rasa_address}/webhooks/rest/inform"
    answered = httpx.post(address, json={"sender": conversation_id, "slots": slots}, timeout=10.0, trust_env=False)
    answered.raise_for_status()


def _concluded(session: Session, finding_id: str) -> Concluded:
    finding = session.get_one(Finding, finding_id)
    return conclude(session, ANALYSTS[FindingKind(finding.kind)], finding)


def _reach(message_id: str, stage: MediaStage) -> None:
    with session_scope() as session:
        session.get_one(Message, message_id).stage = stage


def _spooled(name: str) -> Path:
    return get_settings().var / "spool" / name


def _wait_for_turn(message_id: str) -> None:
    deadline = time.monotonic() + TURN_SETTLES_WITHIN_S
    while time.monotonic() < deadline:
        with session_scope() as session:
            if session.get_one(Message, message_id).state != MessageState.RECEIVED:
                return
        time.sleep(0.1)


@contextmanager
def running_jobs(settings: Settings) -> Iterator[None]:
    """Run jobs in this process while the block runs; first what an earlier process left unfinished."""
    config = DBOSConfig(
        name="xinglin",
        system_database_url=settings.jobs_url,
        application_version=JOBS_VERSION,
        log_level="WARNING",
    )
    settings.var.mkdir(parents=True, exist_ok=True, mode=0o700)
    DBOS(config=config)
    DBOS.launch()
    try:
        DBOS.register_queue(MEDIA_QUEUE, worker_concurrency=AT_ONCE, polling_interval_sec=POLLING_S)
        DBOS.register_queue(KEYS_QUEUE, concurrency=1)
        yield
    finally:
        DBOS.destroy()
        with suppress(VisionAway):
            vision().close()
        vision.cache_clear()
