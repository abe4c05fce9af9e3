"""A report's questions answered: what the sheet says where the engine was not sure, and whose it is."""

import re
from typing import Any

from actions.base import HouseAction, Outcome, Turn, keep
from actions.buttons import PERSON
from care.analysis import conclude, read_findings
from care.booking import family
from care.booking.patients import SELF
from care.handover import HandoverReason
from care.replies import Reply
from care.report import asking, whose
from care.report.analyst import ReportAnalyst
from care.report.critical import looked_at_again
from care.report.items import ItemKey, Report, ReportItem
from care.report.merging import merged, photos_of_one
from care.texts import text
from language.numbers import parse_number
from records.findings import Finding, FindingKind

CHOICES = frozenset({asking.READING, asking.WHOSE})
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_CANNOT = re.compile(r"看不清|看不出|看不见|模糊|不清楚|不知道")
_NOT_IT = re.compile(r"都不是|不是|不对")
_OWN = re.compile(r"我的|我本人|本人|自己")
_OTHERS = re.compile(r"别人|朋友|同事|邻居|不是我家")


def awaits_reading(turn: Turn) -> bool:
    """Whether something on the last report is to be read to us, and the message may be that."""
    found = turn.kept("finding") or {}
    asked = found.get("kind") == FindingKind.REPORT and bool(found.get("waiting"))
    return asked and not turn.heard.has("symptom") and _may_answer(turn.heard.text)


def _may_answer(said: str) -> bool:
    return any(pattern.search(said) for pattern in (_NUMBER, _CANNOT, _NOT_IT, _OWN, _OTHERS)) or (
        parse_number(said) is not None
    )


class ReportReading(HouseAction):
    """Keeps the answer, and goes on: the next question, the explanation, or the emergency."""

    action = "action_report_reading"

    def respond(self, turn: Turn) -> Outcome:
        finding = self._answered(turn)
        if finding is None:
            return Outcome([Reply(text=text("report.ask_back.unclear"), quick_replies=(PERSON,))])
        concluded = conclude(turn.session, ReportAnalyst(), finding)
        if concluded.person:
            turn.ask_for_person(HandoverReason.RED_FLAG)
        return Outcome([concluded.reply], keep(**concluded.slots))

    def _answered(self, turn: Turn) -> Finding | None:
        latest = _latest(turn)
        if (pressed := turn.heard.choice) is not None:
            about, _, answer = pressed.value.partition(":")
            answered = _press(turn, pressed.kind, about, answer)
            # Of a report in several photos the last one's finding tells of all.
            return latest if answered is not None and latest is not None else answered
        if latest is None:
            return None
        report = _report(turn, latest)
        if _asks_whose(report):
            who = _who(turn, turn.heard.text)
            return None if who is None else asking.file_for(turn.session, turn.conversation_id, latest.id, who)
        if not report.questions:
            return latest
        item = asking.next_of(report)
        said = _read(item, turn.heard.text)
        if said is None:
            return None
        kept = asking.answer(turn.session, turn.conversation_id, item.key, said)
        return latest if kept is not None else None


def _press(turn: Turn, kind: str, about: str, answer: str) -> Finding | None:
    if kind == asking.WHOSE:
        ours = {SELF, whose.OTHER, *(one.patient.id for one in family(turn.session, account_id=turn.account_id))}
        if answer not in ours:  # never a patient of another account
            return None
        return asking.file_for(turn.session, turn.conversation_id, about, answer)
    try:
        key = ItemKey.read(about)
    except ValueError:
        return None
    return asking.answer(turn.session, turn.conversation_id, key, answer)


def _latest(turn: Turn) -> Finding | None:
    found: dict[str, Any] = turn.kept("finding") or {}
    finding = turn.session.get(Finding, found.get("id") or "")
    mine = finding is not None and finding.conversation_id == turn.conversation_id
    return finding if mine and found.get("kind") == FindingKind.REPORT else None


def _report(turn: Turn, finding: Finding) -> Report:
    report = merged(photos_of_one(turn.session, finding, read_findings(turn.session, finding)))
    return looked_at_again(report, whose.age_of(turn.session, turn.account_id, report))


def _asks_whose(report: Report) -> bool:
    return report.whose is None and report.name_matches is False


def _who(turn: Turn, said: str) -> str | None:
    members = family(turn.session, account_id=turn.account_id)
    kinship = turn.heard.value("kinship")
    theirs = [one.patient.id for one in members if one.kinship == kinship and kinship != SELF]
    if len(theirs) == 1:
        return theirs[0]
    if _OTHERS.search(said) or (kinship is not None and kinship != SELF):
        return whose.OTHER
    return SELF if _OWN.search(said) else None


def _read(item: ReportItem, said: str) -> str | None:
    """What a typed answer says the sheet shows; None when that cannot be told."""
    if _CANNOT.search(said):
        return asking.NOTHING
    numbers = _NUMBER.findall(said)
    for candidate in item.candidates:
        if candidate in numbers or candidate == said.strip():
            return candidate
    if len(numbers) == 1:
        return str(numbers[0])
    if not numbers and (number := parse_number(said.strip("是。，,！ "))) is not None:
        return f"{number}"
    return asking.NOT_IT if _NOT_IT.search(said) and not numbers else None
