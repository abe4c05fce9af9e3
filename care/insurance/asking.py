"""The questions that the insurance dialogue may ask, their options, and what an option means."""

from dataclasses import dataclass
from typing import Any

from care.insurance.case import Case, Inquiry
from care.insurance.policy import Birth, Level, Scheme, Setting
from care.texts import text

UNKNOWN = "unknown"
_MEANS: dict[str, dict[str, dict[str, Any]]] = {
    "scheme": {
        "employee": {"case": {"scheme": Scheme.EMPLOYEE, "retired": False}},
        "retired": {"case": {"scheme": Scheme.EMPLOYEE, "retired": True}},
        "resident": {"case": {"scheme": Scheme.RESIDENT}},
        "none": {"uninsured": True},
        UNKNOWN: {},
    },
    "setting": {
        "inpatient": {"case": {"setting": Setting.INPATIENT}},
        "outpatient": {"case": {"setting": Setting.OUTPATIENT}},
        "chronic": {"case": {"setting": Setting.CHRONIC}},
        "emergency": {"case": {"setting": Setting.EMERGENCY}},
    },
    "where": {
        "here": {"case": {"away": True}, "where_unclear": False},
        "elsewhere": {"insured_elsewhere": True, "where_unclear": False},
    },
    "registered": {
        "yes": {"case": {"registered": True}},
        "no": {"case": {"registered": False}},
    },
    "birth": {
        "natural": {"case": {"birth": Birth.NATURAL}},
        "caesarean": {"case": {"birth": Birth.CAESAREAN}},
        "checkup": {"case": {"birth": Birth.CHECKUP}},
    },
    "level": {
        "first": {"case": {"level": Level.FIRST}},
        "second": {"case": {"level": Level.SECOND}},
        "third": {"case": {"level": Level.THIRD}},
    },
    "amount": {},
}


@dataclass(frozen=True, slots=True)
class InsuranceOption:
    """One offered answer; ``value`` is "question.answer"."""

    value: str
    title: str


def question_text(question: str) -> str:
    return text(f"insurance.ask.{question}")


def options_of(question: str) -> tuple[InsuranceOption, ...]:
    return tuple(
        InsuranceOption(f"{question}.{value}", text(f"insurance.option.{question}_{value}"))
        for value in _MEANS[question]
    )


def chosen(inquiry: Inquiry, value: str) -> Inquiry | None:
    """``inquiry`` with the option "question.answer" chosen; None when there is no such option."""
    question, _, picked = value.partition(".")
    meant = _MEANS.get(question, {}).get(picked)
    if meant is None:
        return None
    facts = dict(meant)
    # A scheme chosen at last: what was said before of having none no longer holds.
    uninsured = {"uninsured": False} if question == "scheme" and picked != "none" else {}
    case = inquiry.case.model_copy(update=facts.pop("case", {}))
    return inquiry.model_copy(update={**uninsured, **facts, "case": case, "asked": None})


def about(inquiry: Inquiry, topic: str) -> Inquiry | None:
    """A new inquiry of the same person about one of the offered topics; None when there is no such topic."""
    person = Case(scheme=inquiry.case.scheme, retired=inquiry.case.retired)
    fresh = Inquiry(case=person, uninsured=inquiry.uninsured)
    match topic:
        case "inpatient" | "outpatient":
            return fresh.model_copy(update={"case": person.model_copy(update={"setting": Setting(topic)})})
        case "birth":
            return fresh.model_copy(update={"case": person.model_copy(update={"setting": Setting.MATERNITY})})
        case "remote":
            return fresh.model_copy(update={"article": "remote"})
        case "sum":
            # What was being spoken of is what is to be calculated.
            case = inquiry.case.model_copy(update={"amount": None})
            return inquiry.model_copy(update={"case": case, "wants_sum": True, "article": None, "outside": None})
        case _:
            return None
