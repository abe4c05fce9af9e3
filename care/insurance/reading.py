"""What a message says of somebody's insurance, read onto what was known before."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from care.insurance.case import Case, Inquiry
from care.insurance.policy import Birth, DrugClass, Level, Policy, Scheme, Setting
from language.insurance import Term, terms
from language.lexicon import alternation
from language.mentions import Mention
from language.money import LARGEST, amounts, bare_amount
from language.numbers import half_width, parse_number
from language.tokens import MASKED

LONGEST = 400  # characters: a question is short, and what is pasted besides is not about it
MOST_STAYS = 365
OF_ONE_BILL = (
    *("amount", "class_b", "class_c", "setting", "birth", "level", "stays_before", "deductible_met", "paid_this_year"),
    *("away", "registered", "referred", "on"),
)
"""What belongs to one bill and is forgotten with it; the person's scheme is remembered."""

_ASKS = re.compile(r"报|起付|封顶|比例|门槛|多少|几成|自付")
_WANTS_SUM = re.compile(r"算|花了|花费|自己(?:要|得)?(?:出|掏|付)")
_PART = re.compile(r"自费|丙类|目录外|医保外")
_PART_B = re.compile(r"乙类")
_PAID = re.compile(r"(?:已经?|今年|之前|前面)[^，。,；;]{0,6}(?:报过?了|报销过?了|报过|报销过)")
_STAY = re.compile(
    r"第(?P<nth>[一二三四五六七八九十\d]{1,2})次(?:住院|入院)|今年(?:已经)?住(?:过|了)(?P<count>[一二两三四五六\d])次院"
)
_MET = re.compile(r"起付线?(?:已经|都|早就)*(?:用完|交过|付过|够了|过了|扣过|达到|满了)")
_CORRECTS = re.compile(r"不是|说错|打错|搞错|弄错|应该是|改成|换成")
_YEAR = re.compile(r"(?P<year>20\d{2})年|(?P<ago>去年|前年|上一年)")
_CLAUSE = re.compile(r"[，。,；;！!？?\s]+")


@lru_cache(maxsize=1)
def _outside() -> re.Pattern[str]:
    words = yaml.safe_load((Path(__file__).parent / "outside.yaml").read_text(encoding="utf-8"))
    return re.compile(alternation(str(words).split()))


def read(text: str, before: Inquiry, *, policy: Policy, today: date) -> Inquiry | None:
    """``before`` with the message read into it; None when the message says nothing of insurance."""
    said = MASKED.sub(" ", half_width(text))[:LONGEST]
    facts, money = _Facts(terms(said)), list(amounts(said))
    if not money and before.asked == "amount" and (bare := bare_amount(said)):
        money = [Mention("amount", 0, len(said), said, bare)]
    article, outside = _article(said, policy), _outside().search(said)
    asks = _ASKS.search(said) is not None
    if not (facts or money or article or outside or asks):
        return None
    # "那门诊呢" and an answer to our question are about the same bill; "门诊能报多少" begins another.
    same = before.asked is not None or not asks or _CORRECTS.search(said) is not None
    case = _case(before.case, said, facts, money, same_bill=same, today=today)
    elsewhere = facts.has("remote", "insured_elsewhere") or (before.insured_elsewhere and same)
    elsewhere = elsewhere and not facts.has("remote", "away")
    unclear = facts.has("remote", "unclear") or (before.where_unclear and before.asked is not None)
    scheme, level = facts.last("scheme"), facts.last("level")
    wants_sum = bool(money) or _WANTS_SUM.search(said) is not None or facts.has("facet", "sum")
    return Inquiry(
        case=case,
        uninsured=scheme == "none" if scheme else before.uninsured,
        insured_elsewhere=elsewhere,
        where_unclear=unclear and not (case.away or elsewhere),
        article=article or (before.article if before.asked else None),
        drug_class=_drug_class(facts) or (before.drug_class if same else None),
        facet=next((one for one in facts.values("facet") if one != "sum"), None) or (before.facet if same else None),
        level_named=(level != "own") if level else (before.level_named and same),
        wants_sum=wants_sum or (before.wants_sum and same),
        outside=outside.group() if outside else None,
    )


def _drug_class(facts: "_Facts") -> DrugClass | None:
    value = facts.last("drug_class")
    return DrugClass(value) if value else None


class _Facts:
    """The terms of one message, by kind; what is denied counts for nothing."""

    def __init__(self, found: Sequence[Term]) -> None:
        self._said = [term for term in found if not term.negated]

    def __bool__(self) -> bool:
        return bool(self._said)

    def values(self, kind: str) -> list[str]:
        return [term.value for term in self._said if term.kind == kind]

    def last(self, kind: str) -> str | None:
        """The one said last: a correction comes after what it corrects."""
        return next(reversed(self.values(kind)), None)

    def has(self, kind: str, value: str) -> bool:
        return value in self.values(kind)


def _case(before: Case, said: str, facts: _Facts, money: Sequence[Mention], *, same_bill: bool, today: date) -> Case:
    known: dict[str, Any] = before.model_dump()
    if not same_bill:
        known |= {name: Case.model_fields[name].default for name in OF_ONE_BILL}
    _person(known, facts)
    _place(known, facts)
    _bill(known, said, facts, money)
    if stay := _STAY.search(said):
        count = parse_number(stay["nth"] or stay["count"])
        if count is not None:
            known["stays_before"] = max(0, min(MOST_STAYS, int(count) - (1 if stay["nth"] else 0)))
    if _MET.search(said):
        known["deductible_met"] = True
    if year := _YEAR.search(said):
        known["on"] = _day_of(year, today)
    return Case.model_validate(known)


def _person(known: dict[str, Any], facts: _Facts) -> None:
    scheme, standing = facts.last("scheme"), facts.last("standing")
    if scheme in tuple(Scheme):
        known["scheme"] = Scheme(scheme)
    if standing is not None:
        known["retired"] = standing == "retired"
        if scheme is None and known["scheme"] is None:
            known["scheme"] = Scheme.EMPLOYEE  # only employees retire with their insurance


def _place(known: dict[str, Any], facts: _Facts) -> None:
    settings = facts.values("setting")
    if settings:
        # "门诊慢特病" and "急诊住院" name the narrower of two; a stay in hospital comes before where it began.
        order = (Setting.MATERNITY, Setting.CHRONIC, Setting.INPATIENT, Setting.EMERGENCY, Setting.OUTPATIENT)
        known["setting"] = next(one for one in order if one in settings)
    level = facts.last("level")
    if level is not None:
        known["level"] = None if level == "own" else Level(level)
    birth = facts.last("birth")
    if birth is not None:
        known |= {"birth": Birth(birth), "setting": Setting.MATERNITY}
    registration = [value for value in facts.values("remote") if value in ("registered", "unregistered")]
    if registration:
        known["registered"] = registration[-1] == "registered"
    if facts.has("remote", "away"):
        known["away"] = True
        if known["setting"] is Setting.EMERGENCY and known["registered"] is None:
            known["registered"] = True  # 医保发〔2022〕22号: an emergency away from home counts as registered
    referral = facts.last("referral")
    if referral is not None:
        known["referred"] = referral == "referred"


def _bill(known: dict[str, Any], said: str, facts: _Facts, money: Sequence[Mention]) -> None:
    totals: list[Decimal] = []
    parts = {"class_c": Decimal(0), "class_b": Decimal(0)}
    begins = 0
    for mention in money:
        around = _CLAUSE.split(said[begins : mention.start])[-1] + _CLAUSE.split(said[mention.end :])[0][:4]
        begins = mention.end
        value = Decimal(mention.value)
        if _PAID.search(around):
            known["paid_this_year"] = value
        elif _PART.search(around):
            parts["class_c"] += value
        elif _PART_B.search(around):
            parts["class_b"] += value
        else:
            totals.append(value)
    if totals:
        known |= {"amount": max(totals), "class_b": Decimal(0), "class_c": Decimal(0)}
    elif any(parts.values()) and known["amount"] is None:
        known["amount"] = sum(parts.values())  # "这个乙类药500块": the part is the bill
    known |= {name: value for name, value in parts.items() if value}
    drug, amount = facts.last("drug_class"), known["amount"]
    if drug is not None and amount is not None and len(totals) == len(money) == 1:
        known |= {"class_b": amount if drug == DrugClass.B else Decimal(0)}
        known |= {"class_c": amount if drug == DrugClass.C else Decimal(0)}
    if amount is not None and (known["class_b"] + known["class_c"] > amount or amount > LARGEST):
        # What is in it cannot be more than the whole: asked for again rather than guessed at.
        known |= {"amount": None, "class_b": Decimal(0), "class_c": Decimal(0)}


def _day_of(found: "re.Match[str]", today: date) -> date:
    year = int(found["year"]) if found["year"] else today.year - (2 if found["ago"] == "前年" else 1)
    return today if year == today.year else date(year, 12, 31) if year < today.year else date(year, 1, 1)


def _article(said: str, policy: Policy) -> str | None:
    """The article whose words are asked for, the longest word first."""
    named = [(len(word), article.id) for article in policy.articles for word in article.words if word in said]
    return max(named, default=(0, None), key=lambda one: one[0])[1]
