"""The answer of the insurance engine, where the policy says something of what was asked."""

from datetime import date

from sqlalchemy.orm import Session

from care.insurance import Inquiry, Kind, Level, NoPolicy, answer, insurance_reply, policy_on, read
from care.insurance.wording import policy_date
from care.suggested.asked import asked
from care.suggested.suggestion import Source, Suggestion
from hospital.protocol import HospitalSystem

TOLD = {Kind.ARTICLE, Kind.TERMS, Kind.CALCULATED}


def of_the_policy(session: Session, hospital: HospitalSystem, said: str, *, today: date) -> Suggestion | None:
    """None where the policy is silent, or where it is not known of what kind of cost or person is spoken."""
    if not asked("insurance").in_(said):
        return None
    try:
        policy = policy_on(today)
    except NoPolicy:
        return None
    inquiry = read(said, Inquiry(), policy=policy, today=today)
    if inquiry is None or not (inquiry.article or inquiry.case.setting or inquiry.case.scheme or inquiry.drug_class):
        return None
    level = hospital.level(session)
    told = answer(inquiry, own_level=Level(level) if level else None, today=today, may_ask=False)
    if told.kind not in TOLD or told.policy is None:
        return None
    clause = inquiry.article or "benefits"
    text = insurance_reply(told).text
    return Suggestion(f"policy:{clause}", Source.POLICY, told.title or policy.name, policy_date(told.policy), text)
