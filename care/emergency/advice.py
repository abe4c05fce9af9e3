"""The lines of advice for several red flags at once: the most urgent only, nothing twice, nothing that contradicts."""

import re
from collections.abc import Sequence

from care.emergency.flags import RedFlag
from care.urgency import Urgency

#: Danger from one's own hand: the tone is another one, and somebody must stay.
SUPPORT = frozenset({"suicide", "self_harm"})
MOST = 5  # lines a frightened person can take in

# Named for what may have many causes; where a cause was found too, its advice comes first.
_GENERAL = frozenset(
    {
        "severe_dyspnoea",
        "severe_dyspnoea_blocked_nose",
        "shock",
        "acute_abdomen_shock",
        "named_emergency",
        "call_for_help",
        "other_emergency",
        "sudden_severe_pain",
        "syncope",
        "cardiac_syncope",
        "dangerous_heart_rate",
        "acute_confusion",
    }
)
# Where the place itself can still kill, helpers first: what to switch off, open or leave.
_PLACE = frozenset({"electric_shock", "carbon_monoxide", "smoke_inhalation"})
# A clause that says something even when the one before it is left out.
_STANDS_ALONE = re.compile(r"不要|不涂|别|松开|开窗|开免提|记住|保持|路上|没有呼吸|有呼吸|脱|大量|先(?!吹)|同时")
# What a clause is about. On one subject the patient reads one flag only: "躺下" and "坐起来" never stand side by side.
_SUBJECTS = {
    subject: re.compile(words)
    for subject, words in {
        "where to turn": r"拨打120|救护车|急诊|打120|送医|到医院",
        "police": r"110",
        "hotline": r"12356",
        "posture": r"躺|坐|侧卧|平卧|跪趴|抬高|腿抬|走动|不要走|不动|活动|捶背",
        "mouth": r"吃喝|喂|[先要]喝|喝补液|喝含糖|吃糖|吃东西|别吃|喝水|咽",
        "vomiting": r"催吐|灌",
        "breath": r"胸外按压|心肺复苏|心脏按压|有没有呼吸|吹气",
        "bleeding": r"压住|捏紧",
        "company": r"陪|守着|身边|离人|独处|有人看着|让旁人",
        "packing": r"带上|带好",
        "drugs": r"吃药|止痛药|退烧药|点药|加药|胰岛素|医生开",
        "air": r"通风|门窗|空气|衣领",
        "cooling": r"冲\d|冲洗|清水|流动水|凉水",
        "moving": r"搬动|搬",
        "warmth": r"保暖|干衣服|被子",
        "time": r"记时间|记住发病",
    }.items()
}


def advice(flags: Sequence[RedFlag]) -> tuple[str, ...]:
    """At most :data:`MOST` lines for the patient.

    Of the most urgent flags the first speaks in full; the others add what it has not spoken about. Where somebody
    wants to hurt themselves the helpline is always among the lines.
    """
    support = [flag for flag in flags if flag.id in SUPPORT]
    urgent = [flag for flag in flags if flag.urgency is flags[0].urgency and flag.id not in SUPPORT]
    urgent.sort(key=lambda flag: (flag.id not in _PLACE, flag.id in _GENERAL))
    first_support = bool(support) and flags[0].urgency is not Urgency.CALL_120
    ordered = [*support, *urgent] if first_support else [*urgent[:1], *support, *urgent[1:]]
    lines = list(ordered[0].advice[:MOST])
    for flag in ordered[1:]:
        added = [line for line in (_new(line, lines) for line in flag.advice) if line and line not in lines]
        if flag in support:
            added.sort(key=lambda line: "12356" not in line)
        lines += added
    return tuple(lines[:MOST])


def _subjects(text: str) -> frozenset[str]:
    return frozenset(subject for subject, words in _SUBJECTS.items() if words.search(text))


def _new(line: str, said: Sequence[str]) -> str:
    """What ``line`` adds to the lines already ``said``; empty when nothing can stand by itself."""
    known = frozenset().union(*(_subjects(one) for one in said))
    kept = []
    for sentence in line.split("；"):
        clauses = sentence.split("，")
        new = [clause for clause in clauses if not _subjects(clause) & known]
        if len(new) == len(clauses) or (new and all(_STANDS_ALONE.match(clause) for clause in new)):
            kept.append("，".join(new))
    return "；".join(kept)
