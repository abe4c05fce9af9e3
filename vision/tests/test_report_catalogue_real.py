"""The catalogue on what real sheets say, read off by eye: no picture, only meaning."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from vision.report.catalogue import (
    Plausibility,
    ValueType,
    entry,
    flag,
    likely_specimen,
    parse_flag,
    parse_range,
    parse_unit,
    parse_value,
    plausible,
    recognise,
    specimen_of,
)
from vision.report.kinds import Flag

LABELS = Path(os.environ.get("XINGLIN_DATA", "../shared/data")) / "report" / "labels.json"
pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not LABELS.exists(), reason="the data folder is not there: set XINGLIN_DATA"),
]


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    found = []
    for sheet in json.loads(LABELS.read_text("utf-8")).values():
        specimen = specimen_of(sheet["kind"]) or likely_specimen(row["name"] for row in sheet["items"])
        for row in sheet["items"]:
            match = recognise(row["name"], unit=row["unit"] or None, specimen=specimen, value=row["value"])
            found.append({**row, "match": match})
    return found


def test_names(rows: list[dict[str, Any]]) -> None:
    known = [row["match"] is not None and row["match"].confidence >= 0.9 for row in rows]
    assert sum(known) / len(known) >= 0.95


def test_units_and_values(rows: list[dict[str, Any]]) -> None:
    assert all(parse_unit(row["unit"]) for row in rows if row["unit"])
    typed = [parse_value(row["value"]).type is not ValueType.UNKNOWN for row in rows if row["value"]]
    assert sum(typed) / len(typed) >= 0.99


def test_computed_flags_agree_with_printed_arrows(rows: list[dict[str, Any]]) -> None:
    arrows = disagree = false = 0
    for row in rows:
        printed, computed = parse_flag(row["flag"]), flag(parse_value(row["value"]), parse_range(row["range"]))
        if printed in {Flag.HIGH, Flag.LOW}:
            arrows += 1
            disagree += computed is not printed
        elif not row["flag"]:
            false += computed in {Flag.HIGH, Flag.LOW}
    assert arrows > 100
    assert disagree / arrows < 0.02
    assert false == 0


def test_no_true_value_is_called_impossible(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        value = parse_value(row["value"])
        if row["match"] is None or value.type is not ValueType.NUMBER or value.number is None:
            continue
        unit = parse_unit(row["unit"], allowed=entry(row["match"].code).units) if row["unit"] else None
        found = plausible(row["match"].code, value.number, None if unit is None else unit.ucum)
        assert found.verdict is not Plausibility.IMPOSSIBLE, row["name"]
