"""A report in plain words: what is out of range, what that often goes with, what to ask, where to go and how soon.

The explanation follows from the sheet's own ranges and from written facts; nothing is concluded about the patient.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from care.buttons import to_book
from care.replies import QuickReply, Reply, ReportCard, ReportRow, TrendLine, TrendPoint
from care.report import narrative
from care.report.facts import SOON, Fact, fact_of
from care.report.items import Flag, Report, ReportItem
from care.report.trends import Trend
from care.texts import text
from settings import get_settings

MOST_ROWS = 10
MOST_FACTS = 4
MOST_QUESTIONS = 3
MOST_TRENDS = 4
DEPARTMENT = "全科医学科"
WALK_IN = "急诊科"
SOON_WITHOUT_FACTS = "weeks"
# Where a narrative report belongs, by what it is of; the first word that its text names.
_ORGANS = (
    ("甲状腺", "内分泌科"),
    ("乳腺", "乳腺外科"),
    ("肺", "呼吸内科"),
    ("胸", "呼吸内科"),
    ("肝", "消化内科"),
    ("胆", "普外科"),
    ("胃", "消化内科"),
    ("肠", "消化内科"),
    ("胰", "消化内科"),
    ("肾", "肾内科"),
    ("前列腺", "泌尿外科"),
    ("膀胱", "泌尿外科"),
    ("子宫", "妇科"),
    ("卵巢", "妇科"),
    ("附件", "妇科"),
    ("心", "心血管内科"),
    ("颅", "神经内科"),
    ("脑", "神经内科"),
    ("椎", "骨科"),
    ("关节", "骨科"),
)


def where_to(report: Report) -> tuple[str, str]:
    """The department for what is out of range, and how soon, one of ``SOON``: of its most pressing fact."""
    known = [fact for item in report.outside if (fact := fact_of(item.code, item.flag))]
    if known:
        soonest = min((fact.soon for fact in known), key=SOON.index)
        named = Counter(fact.department for fact in known if fact.soon == soonest)
        return named.most_common(1)[0][0], soonest
    return _of_narrative(report) or DEPARTMENT, SOON_WITHOUT_FACTS if report.outside else "routine"


def _of_narrative(report: Report) -> str | None:
    told = report.narrative
    if not told:
        return None
    for words in (told.get("examined"), told.get("conclusion_text"), told.get("findings_text")):
        for organ, department in _ORGANS:
            if words and organ in words:
                return department
    return None


def explained(
    report: Report, *, changes: Sequence[Trend] = (), compared: Sequence[str] = (), doctor_looks: bool
) -> Reply:
    """The answer to a report that was read and has nothing left to ask. ``changes`` are the trends of its items,
    ``compared`` what a narrative's sizes became since the earlier one."""
    department, soon = where_to(report)
    lines = [*_values(report), *_narrative(report, compared), *_changes(changes), *_limits(report)]
    if department == WALK_IN:
        lines.append(text("report.walk_in", entrance=get_settings().emergency_entrance))
    elif report.outside or report.narrative or report.sealed:
        lines.append(text("report.department", department=department, soon=text(f"report.soon.{soon}")))
    if doctor_looks:
        lines.append(text("report.looked"))
    if report.outside:
        lines.append(text("report.not_a_diagnosis"))
    return Reply(text="\n".join(lines), card=_card(report, changes), quick_replies=_buttons(department))


def _buttons(department: str) -> tuple[QuickReply, ...]:
    return () if department == WALK_IN else (book_button(department),)


def told_when_asked(department: str, soon: str, *, doctor_looks: bool, waiting: bool) -> Reply:
    """The answer to "要紧吗" and "是什么病" of somebody whose report was read."""
    if waiting:
        return Reply(text=text("report.asked.waiting"), quick_replies=_buttons(department))
    if soon == "now" or department == WALK_IN:
        where = text("report.walk_in", entrance=get_settings().emergency_entrance)
    else:
        where = text("report.department", department=department, soon=text(f"report.soon.{soon}"))
    looked = text("report.asked.looking" if doctor_looks else "report.asked.nobody")
    return Reply(text="\n".join([text("report.asked.what"), where, looked]), quick_replies=_buttons(department))


def book_button(department: str) -> QuickReply:
    """A slot in the department, in the same conversation."""
    return QuickReply(title=text("report.button.book", department=department), payload=to_book(department))


def _values(report: Report) -> list[str]:
    read = [item for item in report.items if item.used]
    if not read:
        return []
    outside = report.outside
    if not outside:
        return [text("report.normal", count=len(read))]
    intro = "report.intro_together" if report.photos > 1 else "report.intro"
    lines = [text(intro, count=len(read), outside=len(outside)), *map(line, outside[:MOST_ROWS])]
    if len(outside) > MOST_ROWS:
        lines.append(text("report.more", count=len(outside) - MOST_ROWS))
    facts = [(item, fact) for item in outside if (fact := fact_of(item.code, item.flag))][:MOST_FACTS]
    lines += [_often(item, fact) for item, fact in facts]
    questions = tuple(dict.fromkeys(question for _, fact in facts for question in fact.ask))[:MOST_QUESTIONS]
    if questions:
        lines.append(text("report.ask", questions="；".join(questions)))
    return lines


def line(item: ReportItem) -> str:
    """One value that is out of range."""
    expected = text("report.range", range=item.range_text) if item.range_text else ""
    return text("report.line", name=item.name, value=item.shown, flag=text(f"report.flag.{item.flag}"), range=expected)


def _often(item: ReportItem, fact: Fact) -> str:
    flag = text(f"report.flag.{item.flag}")
    return text("report.often", what=fact.what, flag=flag, often="、".join(fact.often))


def _narrative(report: Report, compared: Sequence[str]) -> list[str]:
    if not report.narrative:
        return []
    kind = text(f"report.narrative.kind.{report.kind}")
    said = narrative.lines(report.narrative)
    key = "report.narrative.intro" if said else "report.narrative.nothing"
    return [text(key, kind=kind), *said, *compared, text("report.narrative.what_it_means")]


def _changes(changes: Sequence[Trend]) -> list[str]:
    if not changes:
        return []
    return [text("report.trend.heading"), *(_change(one) for one in changes[:MOST_TRENDS])]


def _change(trend: Trend) -> str:
    values = " → ".join(f"{point.value:g}" for point in trend.points[-3:])
    unit = f" {trend.unit}" if trend.unit else ""
    return text("report.trend.line", name=trend.name, values=values, unit=unit, change=_became(trend))


def _became(trend: Trend) -> str:
    return text(f"report.trend.{'up' if trend.change > 0 else 'down' if trend.change < 0 else 'same'}")


def _limits(report: Report) -> list[str]:
    lines = []
    without = sum(item.used and item.flag is Flag.UNKNOWN for item in report.items)
    if without and report.items:
        lines.append(text("report.no_range", count=without))
    if unreadable := sum(item.unreadable for item in report.items):
        lines.append(text("report.unreadable", count=unreadable))
    if report.sealed:
        lines.append(text("report.sealed"))
    return lines


def _card(report: Report, changes: Sequence[Trend]) -> ReportCard | None:
    rows = tuple(
        ReportRow(
            name=item.name,
            value=item.shown,
            range=item.range_text or "",
            direction=item.flag.value,  # type: ignore[arg-type]  # of OUTSIDE
            flag=text(f"report.flag.{item.flag}"),
        )
        for item in report.outside
    )
    drawn = tuple(
        TrendLine(
            title=text("report.trend.title", name=one.name, changes=_became(one)),
            unit=one.unit,
            low=one.low,
            high=one.high,
            points=tuple(TrendPoint(day=date.fromisoformat(point.day), value=point.value) for point in one.points),
        )
        for one in changes[:MOST_TRENDS]
    )
    if not rows and not drawn:
        return None
    title = report.title or text("report.narrative.kind.lab")
    return ReportCard(title=title, day=_day(report), rows=rows, trends=drawn)


def _day(report: Report) -> date | None:
    try:
        return date.fromisoformat(report.day) if report.day else None
    except ValueError:
        return None
