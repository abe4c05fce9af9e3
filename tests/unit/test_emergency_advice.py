"""The card's advice: of the most urgent flags, short, nothing twice, nothing that contradicts."""

import re
from itertools import combinations, permutations

import pytest

from care.emergency import emergency_reply, screen
from care.emergency.advice import MOST, SUPPORT, advice
from care.emergency.flags import RedFlag, catalogue
from care.replies import EmergencyCard
from care.urgency import Urgency

FLAGS = catalogue().flags
PAIRS = list(combinations(FLAGS, 2))
CALL = re.compile(r"^(?:马上)?拨打120")
LIES, SITS = re.compile(r"平躺|侧躺|躺下"), re.compile(r"坐着|坐起来|坐直")


def named(*names: str) -> tuple[RedFlag, ...]:
    return tuple(flag for flag in FLAGS if flag.id in names)


def test_every_pair_has_few_lines_none_twice() -> None:
    for pair in PAIRS:
        lines = advice(pair)
        assert 1 <= len(lines) <= MOST, pair
        assert len(set(lines)) == len(lines), pair
        assert all(line.strip("，；") == line for line in lines), lines
        assert sum(bool(CALL.match(line)) for line in lines) <= 1, lines


def test_with_an_ambulance_nobody_is_sent_to_walk_in() -> None:
    for pair in PAIRS:
        if pair[0].urgency is Urgency.CALL_120 and not SUPPORT & {flag.id for flag in pair}:
            lines = advice(pair)
            assert any("120" in line for line in lines), lines
            assert not any(re.match(r"马上(?:带孩子)?去|尽快(?:带孩子)?[去到]", line) for line in lines), lines


def test_no_card_says_both_lie_down_and_sit_up() -> None:
    for pair in PAIRS:
        lines = advice(pair)
        own = [" ".join(flag.advice) for flag in pair]
        if any(LIES.search(one) and SITS.search(one) for one in own):
            continue  # one flag's own words weigh the two: 平躺，喘的话坐着
        assert not (LIES.search(" ".join(lines)) and SITS.search(" ".join(lines))), lines


def test_one_flag_keeps_its_own_lines() -> None:
    for flag in FLAGS:
        assert advice((flag,)) == flag.advice[:MOST]


def test_a_wish_to_die_never_loses_the_helpline() -> None:
    for flag in FLAGS:
        for support in named("suicide", "self_harm"):
            both = [one for one in FLAGS if one in (flag, support)]
            assert any("12356" in line for line in advice(both)), flag.id


def test_helpers_are_warned_of_the_place_first() -> None:
    assert "电源" in advice(named("unconscious", "electric_shock"))[0]
    assert "门窗" in advice(named("unconscious", "severe_headache", "carbon_monoxide"))[0]


def test_the_order_of_more_flags_changes_no_rule() -> None:
    some = named("stroke", "severe_dyspnoea", "shock", "major_trauma")
    for order in permutations(some):
        assert len(advice(order)) <= MOST


@pytest.mark.parametrize(
    "text", ["我爸突然叫不醒，抽搐", "拉黑便像柏油，头晕眼花，脸煞白，出冷汗", "鱼刺卡喉咙，喘不上气嘴唇发紫"]
)
def test_the_reply_holds_the_advice_once(text: str) -> None:
    reply = emergency_reply(screen(text), entrance="东门", phone="120")
    assert isinstance(reply.card, EmergencyCard)
    assert len(reply.card.advice) <= MOST
    assert sum("拨打120" in line for line in reply.card.advice) == 1
