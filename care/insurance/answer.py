"""One inquiry answered: a sum with its steps, the rules, an article of the policy, a question back, or "not written".

Where the policy is silent nothing is concluded: the patient is told so, and a person is offered.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from care.insurance.calculation import Calculation, PolicySilent, calculate, ratio_less
from care.insurance.case import Inquiry
from care.insurance.policy import Level, Policy, Setting
from care.insurance.shelf import NoPolicy, policy_on
from care.insurance.wording import (
    birth_rows,
    brief_rows,
    notes,
    steps,
    sum_of,
    terms_rows,
    title_of,
)
from care.texts import text

# What these say is told whatever sum was asked for; the other articles give way to a sum.
FIRST = frozenset({"remote", "not_covered", "chronic", "drugs"})


class Kind(StrEnum):
    CALCULATED = "calculated"
    TERMS = "terms"
    ARTICLE = "article"
    ASK = "ask"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Answer:
    """``rows`` are the steps or rules; ``lines`` are said besides. ``policy`` is None where none was consulted."""

    kind: Kind
    title: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    total: str = ""
    lines: tuple[str, ...] = ()
    policy: Policy | None = None
    source: str = ""
    ask: str | None = None
    calculation: Calculation | None = None


def answer(inquiry: Inquiry, *, own_level: Level | None, today: date, may_ask: bool = True) -> Answer:
    """The answer to an inquiry as far as it is known. ``may_ask`` is false in the middle of something else: then
    the rules are told for every scheme instead of asking which."""
    day = inquiry.case.on or today
    if inquiry.case.away:
        own_level = None  # treated elsewhere: at a hospital whose level only the patient knows
    try:
        policy = policy_on(day)
    except NoPolicy:
        return Answer(Kind.SILENT, lines=(text("insurance.silent.year", year=day.year),))
    told = _told(inquiry, policy)
    if told is not None:
        return told
    asked = _missing(inquiry, own_level)
    if asked is not None and may_ask:
        return Answer(Kind.ASK, ask=asked, policy=policy)
    if asked is not None:
        return _in_brief(inquiry, policy, inquiry.case.level or own_level)
    level = inquiry.case.level or own_level
    try:
        return _settled(inquiry, policy, level, today=today)
    except PolicySilent:
        what = title_of(inquiry, level)
        return Answer(Kind.SILENT, lines=(text("insurance.silent.case", what=what),), policy=policy)


def _told(inquiry: Inquiry, policy: Policy) -> Answer | None:
    """What needs no sum: a word the policy does not know, no insurance, another region's, an article."""
    article = policy.article(inquiry.article) if inquiry.article else None
    if inquiry.outside and (article is None or article.id not in FIRST):
        return Answer(Kind.SILENT, lines=(text("insurance.silent.word", word=inquiry.outside),), policy=policy)
    if article is not None and (inquiry.case.amount is None or article.id == "not_covered"):
        return Answer(Kind.ARTICLE, title=article.title, lines=article.lines, policy=policy, source=article.source)
    if inquiry.uninsured:
        return Answer(Kind.ARTICLE, lines=(text("insurance.uninsured"),), policy=policy)
    if inquiry.insured_elsewhere:
        away = policy.article("elsewhere")
        lines = away.lines if away else ()
        lines = (*lines, text("insurance.silent.elsewhere"))
        return Answer(
            Kind.SILENT,
            title=away.title if away else "",
            lines=lines,
            policy=policy,
            source=away.source if away else "",
        )
    return None


def _in_brief(inquiry: Inquiry, policy: Policy, level: Level | None) -> Answer:
    """The rules in a few lines, without a sum, where nothing may be asked back."""
    case = inquiry.case
    rows = () if case.away or inquiry.where_unclear else brief_rows(policy, case.scheme, case.setting, level)
    later = (text("insurance.later"),)
    if not rows:
        return Answer(Kind.SILENT, lines=later)
    return Answer(Kind.TERMS, title=text("insurance.row.ratio"), rows=rows, lines=later, policy=policy)


def _missing(inquiry: Inquiry, own_level: Level | None) -> str | None:
    """The next thing that must be known, or None."""
    case = inquiry.case
    wants_sum = inquiry.wants_sum or case.amount is not None
    if inquiry.drug_class is not None and case.setting is None and case.amount is None:
        return None
    if inquiry.where_unclear:
        return "where"
    if case.away and case.registered is None:
        return "registered"
    if case.scheme is None:
        return "scheme"
    if wants_sum and case.setting is None:
        return "setting"
    if case.setting is Setting.MATERNITY:
        if wants_sum and case.birth is None:
            return "birth"
    elif case.level is None and own_level is None:
        return "level"
    return "amount" if wants_sum and case.amount is None else None


def _settled(inquiry: Inquiry, policy: Policy, level: Level | None, *, today: date) -> Answer:
    case = inquiry.case
    if case.amount is not None:
        done = calculate(policy, case, level)
        return Answer(
            Kind.CALCULATED,
            title=title_of(inquiry, level),
            rows=steps(done, case, policy),
            total=sum_of(done),
            lines=notes(inquiry, policy, level, done=done, today=today),
            policy=policy,
            calculation=done,
        )
    if case.setting is Setting.MATERNITY:
        rows = birth_rows(policy, case)
        said: tuple[str, ...] = ()
    else:
        rows = terms_rows(policy, inquiry, level)
        if level is not None and case.setting is not None:
            ratio_less(policy, case, level)  # silent about treatment elsewhere: then nothing is told of it
        said = notes(inquiry, policy, level, done=None, today=today)
    if not rows:
        raise PolicySilent
    lines = (*said, text("insurance.note.amount"))
    return Answer(Kind.TERMS, title=title_of(inquiry, level), rows=rows, lines=lines, policy=policy)
