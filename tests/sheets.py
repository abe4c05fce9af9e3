"""Reports as the engine gives them (``vision.report.items.Report.as_json``), and messages they were found in."""

from typing import Any

from care.analysis import Seen, keep_findings
from records.conversations import Message
from records.database import session_scope
from records.findings import Finding, FindingKind
from records.vault import LEVEL_NORMAL, get_vault


def row(name: str, value: str, **more: Any) -> dict[str, Any]:
    """One row; its flag is computed from ``low`` and ``high`` as the engine does."""
    number = float(value) if value.replace(".", "", 1).isdigit() else None
    low, high = more.get("low"), more.get("high")
    flag = "unknown"
    if number is not None and not (low is None and high is None):
        flag = "low" if low is not None and number < low else "high" if high is not None and number > high else "normal"
    return {
        "name": name,
        "title": name,
        "value_text": value,
        "value": number,
        "confidence": 0.99,
        "code": None,
        "comparator": None,
        "unit": None,
        "ucum": more.get("unit"),
        "range_text": None if low is None and high is None else f"{low}-{high}",
        "flag": flag,
        "critical": None,
        "critical_limits": [],
        "ask_back": None,
        "sensitivity": 3,
        "specimen": "serum",
        "box": None,
    } | more


def limit(rule: str, *, low: float | None = None, high: float | None = None, **more: Any) -> dict[str, Any]:
    """One of a row's ``critical_limits``."""
    return {"rule": rule, "low": low, "high": high, "grade": None, "age": [0.0, 200.0]} | more


def potassium(value: str, **more: Any) -> dict[str, Any]:
    limits = [
        limit("potassium_low", low=2.8),
        limit("potassium_high", high=6.2, age=[0.08, 200.0]),
        limit("potassium_high_newborn", high=7.5, age=[0.0, 0.08]),
    ]
    return row("钾", value, code="k", unit="mmol/L", low=3.5, high=5.3, critical_limits=limits, **more)


def creatinine(value: str, **more: Any) -> dict[str, Any]:
    limits = [
        limit("creatinine_high", high=654.0, age=[14.0, 200.0]),
        limit("creatinine_high_child", high=336.0, age=[0.0, 14.0]),
    ]
    return row("肌酐", value, code="crea", unit="umol/L", low=57, high=97, critical_limits=limits, **more)


def asked(reason: str, *candidates: str) -> dict[str, Any]:
    """An ``ask_back``."""
    box = {"page": 0, "left": 10, "top": 20, "right": 60, "bottom": 40}
    return {"reason": reason, "candidates": list(candidates), "box": box}


def sheet(*rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A laboratory report of these rows."""
    return {
        "kind": "lab",
        "title": "生化检验报告单",
        "page_sizes": [[1000, 1400]],
        "pages": 1,
        "items": list(rows),
        "narrative": None,
        "patient": {"name": None, "sex": None, "age_years": None, "number": None, "matches": None},
        "quality": {"problem": None, "notes": [], "score": 0.98},
        "dates": {"collected": None, "received": None, "reported": None},
        "sensitivity": max([3, *(one["sensitivity"] for one in rows)]),
        "version": "report-1",
    } | more


def dated(day: str) -> dict[str, str | None]:
    return {"collected": f"{day}T08:00:00", "received": None, "reported": None}


def found(message_id: str, data: dict[str, Any], **more: Any) -> str:
    """Findings kept for a message; returns their id."""
    with session_scope() as session:
        seen = Seen(version="report-1", data=data, level=more.pop("level", LEVEL_NORMAL), **more)
        return keep_findings(session, get_vault(), message_id=message_id, kind=FindingKind.REPORT, seen=seen).id


def finding(finding_id: str) -> Finding:
    with session_scope() as session:
        return session.get_one(Finding, finding_id)


def conversation_of(message_id: str) -> str:
    with session_scope() as session:
        return session.get_one(Message, message_id).conversation_id
