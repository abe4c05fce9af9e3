"""What the words and numbers of a laboratory sheet mean: items, values, ranges, units, flags, critical values."""

from vision.report.catalogue.bounds import Plausibility, Plausible, meant_unit, plausible
from vision.report.catalogue.convert import NotConvertible, convert
from vision.report.catalogue.critical import Critical, critical, limits_of
from vision.report.catalogue.doubt import lost_point, other_readings
from vision.report.catalogue.entries import Entry, ValueKind, entries, entry
from vision.report.catalogue.flags import flag, parse_flag
from vision.report.catalogue.layout import Column, header_role, is_noise, near_header_role, specimen_of
from vision.report.catalogue.ranges import Band, Range, parse_range
from vision.report.catalogue.recognise import Match, likely_specimen, recognise
from vision.report.catalogue.sensitive import sensitivity_of
from vision.report.catalogue.units import Unit, parse_unit
from vision.report.catalogue.values import Value, ValueType, parse_value

__all__ = [
    "Band",
    "Column",
    "Critical",
    "Entry",
    "Match",
    "NotConvertible",
    "Plausibility",
    "Plausible",
    "Range",
    "Unit",
    "Value",
    "ValueKind",
    "ValueType",
    "convert",
    "critical",
    "entries",
    "entry",
    "flag",
    "header_role",
    "is_noise",
    "likely_specimen",
    "limits_of",
    "lost_point",
    "meant_unit",
    "near_header_role",
    "other_readings",
    "parse_flag",
    "parse_range",
    "parse_unit",
    "parse_value",
    "plausible",
    "recognise",
    "sensitivity_of",
    "specimen_of",
]
