"""One file all the way: pages, lines, tables, items; each page a report, and all of them together one."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from statistics import mean
from typing import BinaryIO

from vision.report.catalogue import likely_specimen
from vision.report.cells import Cell, cells_of
from vision.report.drafts import Context
from vision.report.fields import read_dates, read_patient, read_specimen, read_title
from vision.report.holes import filled
from vision.report.items import Quality, Report
from vision.report.judging import judged
from vision.report.kinds import ReportKind, Specimen
from vision.report.lines import Line, Picture, Quad
from vision.report.merging import merge
from vision.report.narrative.read import read as read_narrative
from vision.report.ocr import THREADS, Engine
from vision.report.pages import Page, PagesRefused, pages_of
from vision.report.quality import Problem, judge
from vision.report.spotting import spotted_arrows, spotted_names, spotted_ranges, spotted_units
from vision.report.spotting.posteriors import Posteriors
from vision.report.table import Reading, known, readings
from vision.report.upright import read_upright

FEW_ITEMS = 2
"""So many items of the catalogue make a page a laboratory's, whatever else stands on it."""


@dataclass(slots=True)
class Read:
    """The report, and its pages turned upright: boxes are in their pixels."""

    report: Report
    pages: list[Picture] = field(default_factory=list)


class Reader:
    """Reads one file after another; of no use to two threads at a time. The nets are loaded by the first picture, or
    by :meth:`load`."""

    def __init__(self, *, threads: int = THREADS) -> None:
        self._threads = threads

    @cached_property
    def engine(self) -> Engine:
        return Engine(threads=self._threads)

    def load(self) -> None:
        """Load the nets now."""
        _ = self.engine

    def read(self, file: BinaryIO, *, name: str | None = None) -> Read:
        """The report in a photo or PDF. ``name``: whose it should be, to be compared only. Raises nothing for any
        file: what cannot be read says so."""
        found: list[Report] = []
        pictures: list[Picture] = []
        try:
            for number, page in enumerate(pages_of(file)):
                report, picture = self._page(page, number, name)
                found.append(report)
                pictures.append(picture)
        except PagesRefused as why:
            if not found:
                return Read(Report(ReportKind.UNKNOWN, quality=Quality(problem=str(why)), pages=0))
        return Read(merge(found), pictures)

    def _page(self, page: Page, number: int, name: str | None) -> tuple[Report, Picture]:
        if page.lines is not None:
            return self.page_of_lines(page.picture, page.lines, number, name=name, exact=True), page.picture
        picture, lines = read_upright(self.engine, page.picture)
        return self.page_of_lines(picture, lines, number, name=name), picture

    def page_of_lines(
        self,
        picture: Picture,
        lines: Sequence[Line],
        number: int = 0,
        *,
        name: str | None = None,
        exact: bool = False,
    ) -> Report:
        """The report on one upright page of known lines; ``exact`` ones are a document's own text."""
        cells = cells_of(lines)
        patient, sex = read_patient(cells, name)
        context = Context(number, read_specimen(cells), sex, patient.age_years)
        rows = readings(cells)
        if exact:
            rows = [row for row in rows if row.name and row.value is not None]
            items = judged(rows, context, _nothing_else)
        else:
            rows = filled(rows, lambda quads: self.engine.read_each(picture, quads))
            rows = self._spotted(rows, picture, context.specimen)
            items = judged(rows, context, lambda found: self._again(picture, found))
        coded = sum(item.code is not None for item in items)
        narrative = None if coded >= FEW_ITEMS else read_narrative(in_order(cells))
        if narrative is not None and narrative.kind is ReportKind.UNKNOWN:
            narrative = None
        if narrative is not None:
            items = [item for item in items if item.code is not None]
        elif coded == 0 and len(items) < FEW_ITEMS:
            items = []
        problem, notes = judge(picture, lines, cells, items, narrative=narrative is not None)
        if problem is Problem.TWO_SHEETS:
            items = []
        score = round(mean(line.score for line in lines), 3) if lines else None
        kind = narrative.kind if narrative else ReportKind.LAB if items else ReportKind.UNKNOWN
        report = Report(kind, tuple(items), narrative, patient, dates=read_dates(cells), title=read_title(cells))
        return replace(report, quality=Quality(problem, tuple(notes), score))

    def _spotted(self, rows: Sequence[Reading], picture: Picture, specimen: Specimen | None) -> list[Reading]:
        """The rows with what blur took of them told; those without a name that anybody knows are none where the
        detector saw no name."""

        def look(quads: Sequence[Quad], characters: str) -> list[Posteriors]:
            return self.engine.posteriors(picture, quads, characters)

        specimen = specimen or likely_specimen(row.name for row in rows)
        named = spotted_names(rows, specimen, look)
        kept = [row for row in named if not row.named_late or row.guessed or known(row.name) is not None]
        return spotted_arrows(spotted_units(spotted_ranges(kept, look), specimen, look), look)

    def _again(self, picture: Picture, cells: Sequence[Cell]) -> list[tuple[Line, ...]]:
        quads: list[Quad] = [cell.line.quad for cell in cells]
        return list(zip(self.engine.read_again(picture, quads), self.engine.read_enlarged(picture, quads), strict=True))


def _nothing_else(cells: Sequence[Cell]) -> list[tuple[Line, ...]]:
    """Exact text has no other reading."""
    return [() for _ in cells]


def in_order(cells: Sequence[Cell]) -> list[str]:
    """Lines of text as one reads them: from above, pieces of one level from the left."""
    lines: list[list[Cell]] = []
    for cell in sorted(cells, key=lambda one: one.spot.middle):
        if lines and cell.spot.middle - lines[-1][-1].spot.middle < 0.5 * cell.spot.height:
            lines[-1].append(cell)
        else:
            lines.append([cell])
    return [" ".join(cell.text for cell in sorted(line, key=lambda cell: cell.spot.left)) for line in lines]
