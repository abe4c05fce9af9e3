"""The engines of the house, in the order in which a file is shown to them."""

from collections.abc import Mapping

from care.analysis import Analyst
from records.findings import FindingKind

ANALYSTS: Mapping[FindingKind, Analyst] = {}
