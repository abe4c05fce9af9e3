"""What the sums keep to whatever the bill is, and sums worked out by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.insurance import Case, Level, PolicySilent, Scheme, Setting, calculate, policies
from care.insurance.policy import Birth, Policy

CENT = Decimal("0.01")
POLICIES = policies()
NOW = POLICIES[-1]

amounts = st.decimals(min_value=CENT, max_value=2_000_000, places=2, allow_nan=False)
settings_ = st.sampled_from([setting for setting in Setting if setting is not Setting.MATERNITY])
policies_ = st.sampled_from(POLICIES)
levels = st.sampled_from(Level)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    bill = draw(amounts)
    outside = draw(st.integers(0, 100))
    class_b = draw(st.integers(0, 100 - outside))
    away = draw(st.booleans())
    return Case(
        scheme=draw(st.sampled_from(Scheme)),
        retired=draw(st.sampled_from([None, True, False])),
        setting=draw(settings_),
        amount=bill,
        class_b=(bill * class_b / 100).quantize(CENT, rounding="ROUND_DOWN"),
        class_c=(bill * outside / 100).quantize(CENT, rounding="ROUND_DOWN"),
        stays_before=draw(st.integers(0, 4)),
        deductible_met=draw(st.booleans()),
        paid_this_year=draw(st.decimals(min_value=0, max_value=400_000, places=2, allow_nan=False)),
        away=away,
        registered=draw(st.booleans()) if away else None,
        referred=draw(st.sampled_from([None, True, False])),
    )


def funded(policy: Policy, case: Case, level: Level) -> Decimal | None:
    try:
        return calculate(policy, case, level).fund
    except PolicySilent:
        return None


@given(policies_, cases(), levels)
def test_nobody_pays_more_than_the_bill_and_every_cent_is_somewhere(policy: Policy, case: Case, level: Level) -> None:
    try:
        done = calculate(policy, case, level)
    except PolicySilent:
        assert policy.benefit(case.scheme, case.setting) is None  # type: ignore[arg-type]
        return
    assert 0 <= done.fund <= done.bill
    assert 0 <= done.own <= done.bill
    assert done.fund + done.own == done.bill
    assert done.outside + done.own_first + done.eligible == done.bill
    assert done.deductible + sum(tier.amount for tier in done.tiers) == done.eligible
    assert done.fund <= done.ceiling
    assert all(amount == amount.quantize(CENT) for amount in (done.fund, done.own, done.own_first, done.deductible))


@given(policies_, cases(), levels, st.decimals(min_value=CENT, max_value=5_000, places=2))
def test_a_larger_bill_never_brings_less_and_never_costs_less(
    policy: Policy, case: Case, level: Level, more: Decimal
) -> None:
    assert case.amount is not None
    plain = case.model_copy(update={"class_b": Decimal(0), "class_c": Decimal(0)})
    larger = plain.model_copy(update={"amount": case.amount + more})
    first, second = funded(policy, plain, level), funded(policy, larger, level)
    if first is None or second is None:
        assert first is second is None
        return
    assert second >= first
    assert second - first <= more  # what the patient pays does not fall either, not even at a tier's edge


@given(policies_, cases(), levels)
def test_at_the_edge_of_a_tier_nothing_jumps(policy: Policy, case: Case, level: Level) -> None:
    benefit = policy.benefit(case.scheme, case.setting)  # type: ignore[arg-type]
    if benefit is None or level not in benefit.levels:
        return
    terms = benefit.levels[level]
    plain = Case(scheme=case.scheme, setting=case.setting, retired=case.retired)
    for tier in terms.tiers[:-1]:
        assert tier.up_to is not None
        edge = terms.deductible + tier.up_to
        below, above = (
            funded(policy, plain.model_copy(update={"amount": amount}), level) for amount in (edge, edge + CENT)
        )
        assert below is not None
        assert above is not None
        assert 0 <= above - below <= CENT


@given(policies_, cases(), levels)
def test_what_makes_it_worse_never_pays_more(policy: Policy, case: Case, level: Level) -> None:
    best = case.model_copy(
        update={"away": False, "referred": True, "class_b": Decimal(0), "class_c": Decimal(0), "retired": True}
    )
    most, least = funded(policy, best, level), funded(policy, case, level)
    if most is not None and least is not None:
        assert least <= most


def case(**facts: object) -> Case:
    return Case.model_validate(facts)


RESIDENT_STAY = {"scheme": "resident", "setting": "inpatient"}
EMPLOYEE_STAY = {"scheme": "employee", "setting": "inpatient"}

# Each worked out with pencil and paper from policies/sample-2026.yaml.
WORKED = [
    # 20000 - 1000 = 19000; 10000 x 60 % + 9000 x 65 %
    ({**RESIDENT_STAY, "amount": "20000"}, Level.THIRD, "11850.00"),
    # 1000 is the whole deductible
    ({**RESIDENT_STAY, "amount": "1000"}, Level.THIRD, "0.00"),
    # half of 1000 at the second stay; 9500 x 60 %
    ({**RESIDENT_STAY, "amount": "10000", "stays_before": 1}, Level.THIRD, "5700.00"),
    # 15 points less: 10000 x 45 % + 9000 x 50 %
    ({**RESIDENT_STAY, "amount": "20000", "away": True, "registered": False}, Level.THIRD, "9000.00"),
    ({**RESIDENT_STAY, "amount": "20000", "away": True, "registered": True}, Level.THIRD, "11850.00"),
    # without a referral 10 points less: 10000 x 50 % + 9000 x 55 %
    ({**RESIDENT_STAY, "amount": "20000", "referred": False}, Level.THIRD, "9950.00"),
    # 35000 - 3000 - 10 % of 5000 - 500 = 31000; 20000 x 92 % + 11000 x 95 %
    (
        {**EMPLOYEE_STAY, "retired": True, "amount": "35000", "class_b": "5000", "class_c": "3000"},
        Level.SECOND,
        "28850.00",
    ),
    # 1000000 - 900; 20000 x 85 % + 979100 x 90 % = 898190, over the ceiling
    ({**EMPLOYEE_STAY, "amount": "1000000"}, Level.THIRD, "300000.00"),
    # of 300000 a year 299000 are used up
    ({**EMPLOYEE_STAY, "amount": "20000", "paid_this_year": "299000"}, Level.THIRD, "1000.00"),
    # no deductible at the third stay; 100.05 x 85 % = 85.0425
    ({**EMPLOYEE_STAY, "amount": "100.05", "stays_before": 2}, Level.THIRD, "85.04"),
    # (500 - 200) x 40 %
    ({"scheme": "resident", "setting": "outpatient", "amount": "500"}, Level.THIRD, "120.00"),
    # ceiling of 600 a year
    ({"scheme": "resident", "setting": "outpatient", "amount": "5000"}, Level.THIRD, "600.00"),
    # (1300 - 300) x 75 %
    ({"scheme": "employee", "setting": "chronic", "amount": "1300"}, Level.THIRD, "750.00"),
    # fixed sums, or the bill where it is lower
    ({"scheme": "employee", "setting": "maternity", "birth": "caesarean", "amount": "8000"}, Level.THIRD, "6000"),
    ({"scheme": "resident", "setting": "maternity", "birth": "natural", "amount": "1200.5"}, Level.THIRD, "1200.5"),
]


@pytest.mark.parametrize(("facts", "level", "fund"), WORKED)
def test_worked_by_hand(facts: dict[str, object], level: Level, fund: str) -> None:
    assert calculate(NOW, case(**facts), level).fund == Decimal(fund)


@pytest.mark.parametrize(
    "facts",
    [
        {"scheme": "resident", "setting": "emergency", "amount": "500"},  # not written for residents
        {"setting": "inpatient", "amount": "500"},  # whose?
        {"scheme": "resident", "amount": "500"},  # where?
        {"scheme": "resident", "setting": "maternity", "amount": "500"},  # which birth?
        {"scheme": "employee", "setting": "maternity", "birth": Birth.NATURAL, "amount": "500", "away": True},
    ],
)
def test_where_the_policy_is_silent_nothing_is_calculated(facts: dict[str, object]) -> None:
    with pytest.raises(PolicySilent):
        calculate(NOW, case(**facts), Level.THIRD)
