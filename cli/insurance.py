"""``xinglin insurance``: JSON lines of questions or of cases; sums with their steps, and the policy they follow."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from cli.jsonl import process_standard_streams


class InsuranceLine(BaseModel):
    """``text`` is a patient's question; ``case`` gives the facts outright (see ``care.insurance.Case``); both may
    stand, the case then being what was known before. ``level`` is this hospital's own; ``on`` the day of asking."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    text: str = ""
    case: dict[str, Any] = {}
    level: str | None = "三级"
    on: date | None = None


def answer(line: InsuranceLine) -> dict[str, Any]:
    """``kind`` (calculated, terms, article, ask, silent), the steps, amounts as decimal text, policy and date."""
    from care.insurance import Case, Inquiry, Level, insurance_reply, policy_on, read  # noqa: PLC0415  (heavy)
    from care.insurance import answer as settled  # noqa: PLC0415
    from settings import get_settings  # noqa: PLC0415

    today = line.on or datetime.now(get_settings().zone).date()
    case = Case.model_validate(line.case)
    inquiry = Inquiry(case=case, wants_sum=case.amount is not None)
    if line.text:
        inquiry = read(line.text, inquiry, policy=policy_on(case.on or today), today=today) or inquiry
    told = settled(inquiry, own_level=Level(line.level) if line.level else None, today=today)
    done = told.calculation
    return {
        "kind": str(told.kind),
        "ask": told.ask,
        "case": inquiry.case.model_dump(mode="json", exclude_defaults=True),
        "steps": [list(row) for row in told.rows],
        "bill": str(done.bill) if done else None,
        "fund": str(done.fund) if done else None,
        "own": str(done.own) if done else None,
        "policy": told.policy.name if told.policy else None,
        "policy_id": told.policy.id if told.policy else None,
        "policy_date": told.policy.valid_from.isoformat() if told.policy else None,
        "sample": told.policy.sample if told.policy else None,
        "said": "" if told.ask else insurance_reply(told).text,
    }


def insurance() -> None:
    """JSON lines {"text"?, "case"?, "level"?, "on"?} in; {"kind", "steps", "fund", "own", "policy" ...} out."""
    process_standard_streams(answer, InsuranceLine)
