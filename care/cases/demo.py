"""Invented cases, as many as are asked for: to try the console, and to measure it. Nobody in them exists."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from care.cases.levels import RANKS, clock_of
from records.cases import Case, CaseEvent, CaseKind, CaseLevel, CaseState, CaseStep
from records.conversations import Author, Conversation, Message, MessageState
from records.patients import Account, Patient, Relation, Sex

CHUNK = 2_000
DEMO = "demo"
"""The channel of invented accounts: nothing is ever delivered there."""
_FAMILY_NAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_LAST_NAMES = "明华芳伟静敏丽强军杰娟涛超霞平刚英玲"


@dataclass(frozen=True, slots=True)
class _Sort:
    kind: CaseKind
    level: CaseLevel
    department: str
    reason: str
    complaints: tuple[str, ...]
    weight: int


_SORTS = (
    _Sort(
        CaseKind.SKIN,
        CaseLevel.URGENT,
        "皮肤科",
        "urgent",
        ("背上一颗痣这两个月变大了，边上不齐", "脚底的黑斑最近会出血", "鼻子旁边的小疙瘩破了不长好"),
        10,
    ),
    _Sort(
        CaseKind.SKIN,
        CaseLevel.ROUTINE,
        "皮肤科",
        "dermatologist",
        ("手背上粗糙的红斑，晒了太阳更明显", "头皮和手肘一片片红，掉皮屑", "胳膊上的斑不痛不痒，想看看"),
        25,
    ),
    _Sort(
        CaseKind.SKIN,
        CaseLevel.SECOND_LOOK,
        "皮肤科",
        "second_look",
        ("脸上的小痣好多年了，没变化", "腿上一颗圆圆的红点"),
        10,
    ),
    _Sort(CaseKind.REHAB, CaseLevel.ROUTINE, "康复医学科", "rehab_first_video", ("深蹲", "坐站练习", "肩外展"), 20),
    _Sort(CaseKind.REHAB, CaseLevel.ROUTINE, "康复医学科", "rehab_falling_scores", ("直腿抬高", "坐位伸膝"), 8),
    _Sort(
        CaseKind.REPORT,
        CaseLevel.URGENT,
        "",
        "critical_value",
        ("血常规：血小板偏低，最近牙龈出血", "生化：血钾偏高"),
        6,
    ),
    _Sort(CaseKind.REPORT, CaseLevel.ROUTINE, "", "ask_back", ("甲功报告，有两项看不清", "体检的肝功能"), 12),
    _Sort(CaseKind.HANDOVER, CaseLevel.URGENT, "", "asked", ("我想改约时间，自己改不了", "异地医保能报吗，想问人"), 7),
    _Sort(
        CaseKind.FOLLOW_UP,
        CaseLevel.ROUTINE,
        "普外科",
        "followup_soon",
        ("日间手术后伤口第3天：伤口现在什么样？ 有一点红，或者渗一点水",),
        4,
    ),
    _Sort(CaseKind.COMPLAINT, CaseLevel.URGENT, "", "complaint", ("预约了还等了两个小时，没人解释",), 2),
)


def invented(count: int, *, now: datetime, seed: int = 1) -> Iterator[list[dict[str, Any]]]:
    """For each of ``count`` cases: account, patient, relation, conversation, message, case, and the event of its
    opening, as rows. The same ``seed`` invents the same people."""
    chance = Random(seed)  # noqa: S311  (invented people need no secret)
    for _ in range(count):
        yield _rows(chance, now)


def add_invented(session: Session, count: int, *, now: datetime, seed: int = 1) -> None:
    """Store ``count`` invented open cases, in the caller's transaction."""
    tables = (Account, Patient, Relation, Conversation, Message, Case, CaseEvent)
    rows = invented(count, now=now, seed=seed)
    while chunk := list(islice(rows, CHUNK)):
        for table, column in zip(tables, zip(*chunk, strict=True), strict=True):
            session.execute(insert(table), list(column))


def _rows(chance: Random, now: datetime) -> list[dict[str, Any]]:
    sort = chance.choices(_SORTS, weights=[one.weight for one in _SORTS])[0]
    account, patient, conversation, message, case = (_id(chance) for _ in range(5))
    opened = now - timedelta(seconds=chance.expovariate(1 / 20_000))
    said = chance.choice(sort.complaints)
    level = sort.level
    return [
        {"id": account, "channel": DEMO, "address_fingerprint": account * 4},
        {
            "id": patient,
            "name_shown": f"{chance.choice(_FAMILY_NAMES)}*{chance.choice(_LAST_NAMES)}",
            "id_number_shown": f"{chance.randint(110, 659)}**{chance.randint(0, 9999):04d}",
            "birth_date": date(chance.randint(1936, 2015), chance.randint(1, 12), chance.randint(1, 28)),
            "sex": chance.choice(list(Sex)),
        },
        {"id": _id(chance), "account_id": account, "patient_id": patient, "kinship": "本人"},
        {"id": conversation, "account_id": account, "last_patient_at": opened, "last_seq": 1},
        {
            "id": message,
            "conversation_id": conversation,
            "seq": 1,
            "author": Author.PATIENT,
            "kind": "text",
            "text": said,
            "state": MessageState.ANSWERED,
            "created_at": opened,
        },
        {
            "id": case,
            "kind": sort.kind,
            "level": level,
            "rank": RANKS[level],
            "state": CaseState.OPEN,
            "conversation_id": conversation,
            "message_id": message,
            "department": sort.department,
            "complaint": said,
            "reasons": [sort.reason],
            "sampled": level is CaseLevel.SECOND_LOOK,
            "dedupe_key": f"demo:{case}",
            "opened_at": opened,
            "due_at": opened + clock_of(level),
        },
        {
            "case_id": case,
            "step": CaseStep.OPENED,
            "by": "xinglin",
            "details": {"kind": str(sort.kind), "level": str(level)},
            "at": opened,
        },
    ]


def _id(chance: Random) -> str:
    return f"{chance.getrandbits(64):016x}"
