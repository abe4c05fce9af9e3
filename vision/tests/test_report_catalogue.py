"""The catalogue itself: its size, its codes, its names that do not collide, its bounds."""

import re
from collections import defaultdict

import pytest

from vision.report.catalogue import Entry, NotConvertible, Plausibility, convert, entries, plausible, recognise
from vision.report.catalogue.critical import rules
from vision.report.catalogue.text import key
from vision.report.catalogue.units import unit_of

LEAST_ITEMS = 400


def loinc_digit(number: str) -> int:
    """The check digit of a LOINC code: mod 10, the last digit doubled first (LOINC Users' Guide, appendix C)."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return -total % 10


def test_has_what_a_hospital_measures() -> None:
    by_group: dict[str, int] = defaultdict(int)
    for item in entries().values():
        by_group[item.group] += 1
    assert len(entries()) >= LEAST_ITEMS
    assert len(by_group) >= 12
    assert min(by_group.values()) >= 20, by_group


def test_every_item_holds_together() -> None:
    for item in entries().values():
        assert item.code.isascii() and item.code.replace("_", "").isalnum() and item.code == item.code.lower()
        assert all(key(name) for name in item.names), item.code
        assert all(unit_of(ucum) for ucum in item.units), item.code
        assert 3 <= item.sensitivity <= 5, item.code
        if item.possible and item.extreme:
            assert item.possible[0] <= item.extreme[0] < item.extreme[1] <= item.possible[1], item.code


# What stands for a unit in UCUM (https://ucum.org/ucum), as far as the catalogue needs it, with its prefixes.
_ATOM = re.compile(
    r"|\d+|10\*\d+|%|\[(?:ppth|pH|HPF|LPF)\]|deg|Cel|h|s|min|d|"
    r"[kmunpfdc]?(?:g|L|mol|U|m|Pa|kat|eq|osm|S|\[(?:IU|EU|GPL'U|MPL'U|APL'U|arb'U)\])|[mc]?m\[(?:Hg|H2O)\]"
)


def test_unit_codes_are_ucum() -> None:
    named = {ucum for item in entries().values() for ucum in item.units}
    assert len(named) > 60
    for ucum in named:
        parts = re.split(r"[./()]", re.sub(r"\{[!-z|~]*\}", "", ucum))
        assert all(_ATOM.fullmatch(part) for part in parts), ucum


def test_loinc_codes_have_their_check_digit_and_stand_once() -> None:
    codes = [item.loinc for item in entries().values() if item.loinc]
    assert len(codes) >= 200
    assert len(codes) == len(set(codes))
    wrong = [code for code in codes if loinc_digit(code.split("-")[0]) != int(code.split("-")[1])]
    assert not wrong


def test_a_loinc_code_with_a_slip_is_noticed() -> None:
    assert loinc_digit("2823") == 3
    assert loinc_digit("2832") != 3


def _shared() -> list[tuple[str, Entry]]:
    by_name: dict[str, list[tuple[str, Entry]]] = defaultdict(list)
    for item in entries().values():
        for name in {key(name): name for name in item.names}.values():
            by_name[key(name)].append((name, item))
    return [pair for pairs in by_name.values() if len(pairs) > 1 for pair in pairs]


def test_a_name_of_two_items_is_decided_by_specimen_and_unit() -> None:
    lost = []
    for name, item in _shared():
        value = None if item.unit else "阴性"
        found = recognise(name, unit=item.unit, specimen=item.specimen, value=value)
        if found is None or found.code != item.code:
            lost.append((name, item.code, found))
    assert not lost


def test_every_own_name_finds_its_item() -> None:
    lost = []
    for item in entries().values():
        found = recognise(item.name, specimen=item.specimen)
        if found is None or found.code != item.code:
            lost.append((item.code, found))
    assert not lost


def test_what_is_of_the_highest_sensitivity() -> None:
    highest = {item.code for item in entries().values() if item.sensitivity == 5}
    assert {
        "hiv_ag_ab",
        "hiv_rna",
        "tp_ab",
        "rpr",
        "trust",
        "ng_pcr",
        "ct_pcr",
        "hpv16",
        "lithium",
        "sem_total",
    } <= highest
    assert not {"glu", "wbc", "tsh", "hbsag"} & highest
    assert entries()["hbsag"].sensitivity == 4


@pytest.mark.parametrize(
    ("code", "value", "unit", "to", "expected"),
    [
        ("glu", 5.0, "mmol/L", "mg/dL", 90.08),
        ("glu", 100.0, "mg/dL", "mmol/L", 5.551),
        ("crea", 1.0, "mg/dL", "umol/L", 88.4),
        ("tc", 5.0, "mmol/L", "mg/dL", 193.3),
        ("tg", 1.7, "mmol/L", "mg/dL", 150.5),
        ("tbil", 1.0, "mg/dL", "umol/L", 17.1),
        ("ca", 2.5, "mmol/L", "mg/dL", 10.02),
        ("uric_acid", 6.0, "mg/dL", "umol/L", 356.9),
        ("hgb", 12.0, "g/dL", "g/L", 120.0),
        ("wbc", 5.0, "10*9/L", "/uL", 5000.0),
        ("hct", 0.4, "L/L", "%", 40.0),
        ("pco2", 40.0, "mm[Hg]", "kPa", 5.333),
        ("hba1c", 7.0, "%", "mmol/mol", 53.0),
        ("hba1c", 48.0, "mmol/mol", "%", 6.543),
        ("insulin_fasting", 10.0, "m[IU]/L", "pmol/L", 60.0),
        ("ft4", 1.0, "ng/dL", "pmol/L", 12.87),
        ("testosterone", 5.0, "ng/mL", "nmol/L", 17.34),
        ("vit_d", 30.0, "ng/mL", "nmol/L", 74.88),
        ("u_acr", 3.39, "mg/mmol", "mg/g{creat}", 29.97),
        ("d_dimer", 500.0, "ng{FEU}/mL", "ug{FEU}/mL", 0.5),
    ],
)
def test_conversion(code: str, value: float, unit: str, to: str, expected: float) -> None:
    assert convert(value, unit, to, code) == pytest.approx(expected, rel=2e-3)
    assert convert(convert(value, unit, to, code), to, unit, code) == pytest.approx(value)


@pytest.mark.parametrize(
    ("code", "unit", "to"),
    [
        ("wbc", "10*9/L", "g/L"),
        ("alt", "U/L", "mmol/L"),
        ("u_rbc_hpf", "/[HPF]", "/uL"),  # fields of view differ between microscopes
        ("anti_sm", "{RU}/mL", "[IU]/mL"),
        ("glu", "mmol/L", "stone"),
        (None, "mmol/L", "mg/dL"),  # no molar mass without an item
    ],
)
def test_what_measures_something_else_is_not_converted(code: str | None, unit: str, to: str) -> None:
    with pytest.raises(NotConvertible):
        convert(1.0, unit, to, code)


@pytest.mark.parametrize(
    ("code", "value", "unit", "verdict"),
    [
        ("k", 4.1, "mmol/L", Plausibility.USUAL),
        ("k", 41.0, "mmol/L", Plausibility.IMPOSSIBLE),
        ("k", 9.0, "mmol/L", Plausibility.EXTREME),
        ("hgb", 12.5, "g/dL", Plausibility.USUAL),
        ("hgb", 1250.0, "g/L", Plausibility.IMPOSSIBLE),
        ("glu", 90.0, "mg/dL", Plausibility.USUAL),
        ("bg_ph", 74.0, None, Plausibility.IMPOSSIBLE),
        ("neut_pct", 101.0, "%", Plausibility.IMPOSSIBLE),
        ("na", 14.0, "mmol/L", Plausibility.IMPOSSIBLE),
        ("hct", 39.2, "%", Plausibility.USUAL),
        ("hct", 0.392, "L/L", Plausibility.USUAL),
        ("hct", 39.2, "L/L", Plausibility.USUAL),  # sheets print this unit beside per cent
        ("hct", 0.392, None, Plausibility.USUAL),
        ("hct", 392.0, "%", Plausibility.IMPOSSIBLE),
        ("no_such_item", 1.0, None, Plausibility.UNKNOWN),
        ("k", 4.1, "g/L", Plausibility.UNKNOWN),
    ],
)
def test_plausibility(code: str, value: float, unit: str | None, verdict: Plausibility) -> None:
    assert plausible(code, value, unit).verdict is verdict


def test_critical_rules_stand_within_what_is_possible_and_name_a_source() -> None:
    ids = [rule.id for found in rules().values() for rule in found]
    assert len(ids) == len(set(ids)) >= 80
    for code, found in rules().items():
        item = entries()[code]
        for rule in found:
            assert "须由本院检验科核对" in rule.source
            assert rule.low is not None or rule.high is not None or rule.grade is not None
            for limit in (rule.low, rule.high):
                if limit is not None:
                    assert rule.unit in item.units, rule.id
                    assert item.possible is not None and item.possible[0] < limit < item.possible[1], rule.id
