"""Versions as the console shows them: of the hospital's own answers, and of red flags."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, StringConstraints

from care.published import Mark, Version, compared
from clinic.parameters import NO_NUL

EDITED_MEANWHILE = "别人刚刚保存了新的一版，请重新打开再改"
NAMES_SOMEBODY = "内容或说明里不能写姓名、证件号等个人信息"

Why = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200, pattern=NO_NUL)]


class VersionRow(BaseModel):
    """Who saved a version, when and why; version 0 is the installation's own."""

    version: int
    note: str
    by: str
    approved_by: str | None
    at: AwareDatetime | None


class LineRow(BaseModel):
    """One line of a comparison."""

    mark: Mark
    text: str


class VersionText(BaseModel):
    """One version, and its lines against those of the version in force: removed are those of the former."""

    version: int
    text: str
    lines: list[LineRow]


def row_of(one: Version) -> VersionRow:
    """A version without its text."""
    return VersionRow.model_validate(one, from_attributes=True)


def lines_of(old: str, new: str) -> list[LineRow]:
    """What becomes of every line from ``old`` to ``new``."""
    return [LineRow(mark=line.mark, text=line.text) for line in compared(old, new)]
