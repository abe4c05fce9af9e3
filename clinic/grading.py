"""The clinician's own finding beside the machine's: agree, or correct it; and what comes of it for the next training.

The forms are narrow on purpose: what they hold is given out for training, so nothing can be written freely but
``note``, which is masked like every text of the house.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Response, status
from pydantic import BaseModel, Field, StringConstraints

from care.cases.grading import Graded, exported, grade
from care.report.confirming import alarm_where_confirmed
from care.skin.pasi import LARGEST_AREA, MOST_SEVERE, Grades, Pasi, Region
from clinic.case_access import case_for, refuse_hidden
from clinic.case_work import refusing
from clinic.parameters import NO_NUL, Id
from clinic.permissions import Permission, allowed
from clinic.seat import AtSeat
from records.audit import Action, audit
from records.database import session_scope
from records.findings import Finding
from records.masking import mask_into_vault
from records.media_store import MediaNotFound
from records.vault import VaultEntryShredded, get_vault

GRADE = [Depends(allowed(Permission.GRADE_CASES))]
EXPORT = [Depends(allowed(Permission.EXPORT_LABELS))]

Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64, pattern=NO_NUL)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=NO_NUL)]

routes = APIRouter()


class PasiRegion(BaseModel):
    """One region's severities 0 to 4 and area 0 to 6."""

    erythema: int = Field(ge=0, le=MOST_SEVERE)
    induration: int = Field(ge=0, le=MOST_SEVERE)
    desquamation: int = Field(ge=0, le=MOST_SEVERE)
    area: int = Field(ge=0, le=LARGEST_AREA)


class PasiForm(BaseModel):
    """A region that is not named is free of psoriasis."""

    regions: dict[Region, PasiRegion]


class PasiScore(BaseModel):
    """0 to 72, and what each region adds."""

    score: float
    parts: dict[Region, float]


class SkinGrade(BaseModel):
    """``lesion`` is a class of the network that read the photo, or what the clinician calls it; ``risk`` as the
    engine names it."""

    kind: Literal["skin"] = "skin"
    lesion: Word | None = None
    risk: Literal["urgent", "dermatologist", "watch", "unclear"] | None = None
    pasi: PasiForm | None = None


class RehabGrade(BaseModel):
    """``faults`` are the exercise's fault ids that the clinician saw; ``count`` the repetitions."""

    kind: Literal["rehab"] = "rehab"
    faults: list[Word] = Field(default=[], max_length=20)
    count: int | None = Field(default=None, ge=0, le=500)
    score: float | None = Field(default=None, ge=0, le=100)


class Cell(BaseModel):
    """One corrected cell of a report's table: the row's number from 0."""

    row: int = Field(ge=0, le=999)
    field: Literal["name", "value_text", "unit", "low", "high", "flag"]
    value: Annotated[str, StringConstraints(strip_whitespace=True, max_length=64, pattern=NO_NUL)]


class ReportGrade(BaseModel):
    kind: Literal["report"] = "report"
    cells: list[Cell] = Field(default=[], max_length=200)


class Grading(BaseModel):
    """``agrees``: the machine was right. A correction says what is right instead."""

    agrees: bool
    graded: SkinGrade | RehabGrade | ReportGrade = Field(discriminator="kind")
    note: Note = ""


@routes.post("/cases/{case_id}/grade", status_code=status.HTTP_204_NO_CONTENT, dependencies=GRADE)
def post_grade(case_id: Id, grading: Grading, seat: AtSeat) -> None:
    """Keep the clinician's finding as a label; a value that is critical by it is an emergency at once. Who grades has
    the case: 409 when somebody else has, or it is closed; 400 when the form is of another kind, 403 for findings of
    level 5 without a step-up for the patient."""
    with refusing(seat, Action.GRADE_CASE, case_id), session_scope() as session:
        case, account = case_for(session, seat, case_id)
        finding = session.get(Finding, case.finding_id) if case.finding_id else None
        # Of what was found, not of the case: an emergency may be about a report.
        if finding is None or grading.graded.kind != finding.kind:
            raise HTTPException(status.HTTP_400_BAD_REQUEST, "评分表和病例的种类不一致")
        refuse_hidden(session, seat, finding, account)
        content: dict[str, Any] = grading.graded.model_dump(mode="json", exclude_none=True)
        if isinstance(grading.graded, SkinGrade) and grading.graded.pasi is not None:
            content["pasi"]["score"] = scored(grading.graded.pasi).score
        if grading.note:
            content["note"] = mask_into_vault(session, get_vault(), owner=account, text=grading.note)
        label = grade(
            session,
            get_vault(),
            case_id=case_id,
            actor=seat.actor,
            agrees=grading.agrees,
            content=content,
        )
        if isinstance(grading.graded, ReportGrade):
            with suppress(MediaNotFound, VaultEntryShredded):  # erased meanwhile: nothing is left to alarm about
                alarm_where_confirmed(session, finding, Graded.of(label, content))


@routes.post("/pasi", dependencies=GRADE)
def post_pasi(form: PasiForm) -> PasiScore:
    """The score of a PASI form, as it will be kept. Nothing is stored."""
    return scored(form)


@routes.get("/labels", dependencies=EXPORT, response_class=Response)
def get_labels(seat: AtSeat) -> Response:
    """Every label as JSON lines, masked, for the next training; audited."""
    with session_scope() as session:
        lines = list(_lines(exported(session, get_vault())))
        audit(
            session,
            actor=seat.actor,
            action=Action.EXPORT_LABELS,
            patient=None,
            subject="labels:all",
            details={"count": len(lines)},
        )
    headers = {"Cache-Control": "no-store", "Content-Disposition": "attachment; filename=xinglin-labels.jsonl"}
    return Response("".join(lines), media_type="application/x-ndjson", headers=headers)


def scored(form: PasiForm) -> PasiScore:
    """The arithmetic of ``care.skin.pasi``."""
    pasi = Pasi({region: Grades(**grades.model_dump()) for region, grades in form.regions.items()})
    return PasiScore(score=pasi.score, parts=pasi.parts)


def _lines(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    for row in rows:
        yield json.dumps(row, ensure_ascii=False) + "\n"
