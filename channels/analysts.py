"""The engines of the house, in the order in which a file is shown to them."""

from collections.abc import Mapping

from care.analysis import Analyst
from care.rehab import RehabAnalyst, UnnamedVideoAnalyst
from care.report.analyst import ReportAnalyst
from care.skin.analyst import SkinAnalyst
from records.findings import FindingKind

_IN_ORDER: tuple[Analyst, ...] = (SkinAnalyst(), ReportAnalyst(), RehabAnalyst(), UnnamedVideoAnalyst())
ANALYSTS: Mapping[FindingKind, Analyst] = {one.kind: one for one in _IN_ORDER}
