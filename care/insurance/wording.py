"""Sums and rules of a policy in the words a patient reads."""

from datetime import date
from decimal import Decimal

from care.booking.display import money
from care.insurance.calculation import Calculation
from care.insurance.case import Case, Inquiry
from care.insurance.policy import Benefit, DrugClass, Level, Per, Policy, Scheme, Setting, Terms, Tier
from care.texts import text

Rows = tuple[tuple[str, str], ...]
BRIEFLY = (Setting.INPATIENT, Setting.OUTPATIENT)
MYRIAD = Decimal(10_000)


def percent(ratio: Decimal) -> str:
    """``Decimal("0.85")`` as "85%"."""
    return f"{(ratio * 100).normalize():f}%"


def round_sum(amount: Decimal) -> str:
    """A round sum as people say it: "2万元"; others as money."""
    whole = (amount / MYRIAD).normalize()
    return f"{whole:f}万元" if amount >= MYRIAD and whole == whole.quantize(Decimal("0.1")) else money(amount)


def policy_date(policy: Policy) -> str:
    if policy.valid_to is None:
        return text("insurance.date", issued=policy.issued, valid_from=policy.valid_from)
    return text("insurance.date_ended", issued=policy.issued, valid_from=policy.valid_from, valid_to=policy.valid_to)


def scheme_name(case: Case) -> str:
    if case.scheme is None:
        return ""
    retired = case.scheme is Scheme.EMPLOYEE and case.retired
    return text(f"insurance.scheme.{'retired' if retired else case.scheme}")


def title_of(inquiry: Inquiry, level: Level | None) -> str:
    """Scheme, setting and level in a line: "居民医保，住院（三级医院）"."""
    case = inquiry.case
    if case.scheme is None and inquiry.drug_class is not None:
        return text(f"insurance.row.class_{inquiry.drug_class}")
    if case.setting is None:
        where = f"{level}医院" if level else ""
    elif case.setting is Setting.MATERNITY or level is None:
        where = text(f"insurance.birth.{case.birth}") if case.birth else text(f"insurance.setting.{case.setting}")
    else:
        where = text("insurance.at_level", setting=text(f"insurance.setting.{case.setting}"), level=level)
    return "，".join(part for part in (scheme_name(case), where) if part)


def steps(done: Calculation, case: Case, policy: Policy) -> Rows:
    """The calculation step by step, each with its amount."""
    rows = [(text("insurance.step.bill"), money(done.bill))]
    if done.outside:
        rows.append((text("insurance.step.outside"), f"−{money(done.outside)}"))
    if done.own_first:
        share = percent(policy.own_share[DrugClass.B])
        rows.append((text("insurance.step.own_first", share=share), f"−{money(done.own_first)}"))
    if done.full_deductible:
        rows.append((_deductible_name(done, case, policy), f"−{money(done.deductible)}"))
    for tier in done.tiers:
        name = text("insurance.step.tier", amount=money(tier.amount), ratio=percent(tier.ratio))
        rows.append((name, money(tier.fund)))
    if case.setting is Setting.MATERNITY:
        rows.append((text("insurance.step.fixed"), money(done.ceiling)))
    elif done.capped:
        rows.append((text("insurance.step.ceiling"), money(done.ceiling)))
    return tuple(rows)


def _deductible_name(done: Calculation, case: Case, policy: Policy) -> str:
    benefit = policy.benefit(case.scheme, case.setting) if case.scheme and case.setting else None
    share = benefit.stay_share(case.stays_before) if benefit else Decimal(1)
    if share == 1 or case.deductible_met:
        return text("insurance.step.deductible")
    return text(
        "insurance.step.deductible_share",
        stay=case.stays_before + 1,
        full=money(done.full_deductible),
        share=percent(share),
    )


def sum_of(done: Calculation) -> str:
    return text("insurance.step.sum", fund=money(done.fund), own=money(done.own))


def terms_rows(policy: Policy, inquiry: Inquiry, level: Level | None) -> Rows:
    """The rules for a scheme: of one setting in full, else of each setting what was asked for."""
    case = inquiry.case
    rows = class_rows(policy, inquiry.drug_class) if inquiry.drug_class else ()
    if case.scheme is None or level is None:
        return rows
    if case.setting is not None:
        benefit = policy.benefit(case.scheme, case.setting)
        if benefit is None or level not in benefit.levels:
            return ()
        return (*rows, *_in_full(benefit, benefit.levels[level], inquiry))
    for setting in Setting:
        benefit = policy.benefit(case.scheme, setting)
        if benefit is not None and level in benefit.levels:
            terms = benefit.levels[level]
            rows = (*rows, (text(f"insurance.setting.{setting}"), _facet(benefit, terms, inquiry)))
    return rows


def brief_rows(policy: Policy, scheme: Scheme | None, setting: Setting | None, level: Level | None) -> Rows:
    """The rules in brief, for each scheme and the commonest settings where these are not known."""
    rows = []
    for one in Scheme if scheme is None else (scheme,):
        for where in BRIEFLY if setting is None else (setting,):
            benefit = policy.benefit(one, where)
            if benefit is None or level is None or level not in benefit.levels:
                continue
            name = f"{text(f'insurance.scheme.{one}')}{text(f'insurance.setting.{where}')}"
            rows.append((name, _brief(benefit, benefit.levels[level])))
    return tuple(rows)


def class_rows(policy: Policy, drug_class: DrugClass) -> Rows:
    share = policy.own_share[drug_class]
    key = "class_all" if share == 0 else "class_none" if share == 1 else "class_own"
    return ((text(f"insurance.row.class_{drug_class}"), text(f"insurance.row.{key}", share=percent(share))),)


def birth_rows(policy: Policy, case: Case) -> Rows:
    fixed = policy.birth(case.scheme) if case.scheme else None
    if fixed is None or case.away:
        return ()
    return tuple(
        (text(f"insurance.birth.{birth}"), text("insurance.row.fixed", amount=money(amount)))
        for birth, amount in fixed.amounts.items()
        if case.birth in (None, birth)
    )


def _in_full(benefit: Benefit, terms: Terms, inquiry: Inquiry) -> Rows:
    return (
        (text("insurance.row.deductible"), _deductible(benefit, terms)),
        (text("insurance.row.ratio"), _ratios(terms, inquiry.case)),
        (text("insurance.row.ceiling"), round_sum(benefit.ceiling)),
    )


def _facet(benefit: Benefit, terms: Terms, inquiry: Inquiry) -> str:
    match inquiry.facet:
        case "deductible":
            return _deductible(benefit, terms)
        case "ceiling":
            return round_sum(benefit.ceiling)
        case "ratio":
            return _ratios(terms, inquiry.case)
        case _:
            return _brief(benefit, terms)


def _brief(benefit: Benefit, terms: Terms) -> str:
    ratios = list(dict.fromkeys(percent(tier.ratio) for tier in terms.tiers))
    shown = "–".join((ratios[0], ratios[-1])) if len(ratios) > 1 else ratios[0]
    return text("insurance.row.brief", deductible=_deductible(benefit, terms), ratio=shown)


def _deductible(benefit: Benefit, terms: Terms) -> str:
    if not terms.deductible:
        return text("insurance.row.no_deductible")
    amount = money(terms.deductible)
    if benefit.deductible_per is Per.YEAR:
        return text("insurance.row.per_year", amount=amount)
    if len(benefit.stays) > 1:
        second = money(terms.deductible * benefit.stays[1])
        return text("insurance.row.per_stays", amount=amount, second=second)
    return text("insurance.row.per_stay", amount=amount)


def _ratios(terms: Terms, case: Case) -> str:
    said = []
    for tier in terms.tiers:
        ratio = _ratio(tier, case)
        if len(terms.tiers) == 1:
            said.append(ratio)
        elif tier.up_to is not None:
            said.append(text("insurance.row.tier_to", limit=round_sum(tier.up_to), ratio=ratio))
        else:
            said.append(text("insurance.row.tier_above", ratio=ratio))
    return "，".join(said)


def _ratio(tier: Tier, case: Case) -> str:
    if case.retired is None and tier.retired is not None and tier.retired != tier.ratio:
        return text("insurance.row.retired", ratio=percent(tier.ratio), retired=percent(tier.retired))
    return percent(tier.share(retired=bool(case.retired)))


def notes(
    inquiry: Inquiry, policy: Policy, level: Level | None, *, done: Calculation | None, today: date
) -> tuple[str, ...]:
    """What was taken for granted, so that the patient can put it right, and what lowers the sum."""
    case, lines = inquiry.case, []
    if assumed := _assumed(inquiry, level, done):
        facts = "、".join(text(f"insurance.assumed.{key}", level=level or "") for key in assumed)
        lines.append(text("insurance.note.assumed", facts=facts))
    if case.away and not case.registered and policy.remote:
        lines.append(text("insurance.note.away_unregistered", points=_points(policy.remote.unregistered_less)))
    if level is not None and policy.referral and not case.away and _needs_referral(policy, case, level):
        key = "maybe_unreferred" if case.referred is None else "unreferred"
        if case.referred is not True:
            lines.append(text(f"insurance.note.{key}", level=level, points=_points(policy.referral.less)))
    if done is not None and done.capped and case.setting is not Setting.MATERNITY:
        lines.append(text("insurance.note.capped"))
    if case.on is not None and case.on.year != today.year:
        lines.append(text("insurance.note.year", year=case.on.year))
    return tuple(lines)


def _assumed(inquiry: Inquiry, level: Level | None, done: Calculation | None) -> list[str]:
    case, found = inquiry.case, []
    if case.away and case.registered:
        found.append("away_registered")
    if level is not None and case.level is None and case.scheme is not None and case.setting is not Setting.MATERNITY:
        found.append("own_level")
    if done is None:
        return found
    if case.scheme is Scheme.EMPLOYEE and case.retired is None and done.tiers:
        found.append("working")
    if done.deductible and case.stays_before == 0:
        found.append("first_stay" if case.setting is Setting.INPATIENT else "deductible_fresh")
    if done.outside == 0 and done.own_first == 0 and inquiry.drug_class is None:
        found.append("all_class_a")
    return found


def _points(ratio: Decimal) -> str:
    return f"{(ratio * 100).normalize():f}"


def _needs_referral(policy: Policy, case: Case, level: Level) -> bool:
    referral = policy.referral
    return bool(
        referral and case.scheme in referral.schemes and case.setting in referral.settings and level in referral.levels
    )
