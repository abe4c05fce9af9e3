"""A report for other systems, as FHIR R4 (https://hl7.org/fhir/R4/): a DiagnosticReport, an Observation for each value.
The models are of R4B, which changes nothing in these resources.

What has not been read surely is sent without a value and with the reason; what is of level 5 (GB/T 39725-2020) only
where the caller has stepped up for it.
"""

import json
import re
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from fhir.resources.R4B.bundle import Bundle, BundleEntry
from fhir.resources.R4B.codeableconcept import CodeableConcept
from fhir.resources.R4B.coding import Coding
from fhir.resources.R4B.diagnosticreport import DiagnosticReport
from fhir.resources.R4B.element import Element
from fhir.resources.R4B.meta import Meta
from fhir.resources.R4B.observation import Observation, ObservationReferenceRange
from fhir.resources.R4B.quantity import Quantity
from fhir.resources.R4B.reference import Reference
from fhir.resources.R4B.resource import Resource

from care.report.items import Flag, Report, ReportItem

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
ITEM = "urn:xinglin:report-item"
"""The catalogue's own codes."""
UNNAMED = "未能识别的项目"
INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"

# Document types of LOINC.
_DOCUMENTS = {
    "lab": ("11502-2", "laboratory"),
    "pathology": ("11526-1", "laboratory"),
    "discharge": ("18842-5", "exam"),
    "ecg": ("11524-6", "procedure"),
    "endoscopy": ("18751-8", "procedure"),
}
_IMAGING = ("18748-4", "imaging")
_INTERPRETED = {Flag.LOW: "L", Flag.HIGH: "H", Flag.NORMAL: "N", Flag.ABNORMAL: "A"}
_CRITICAL = {Flag.LOW: "LL", Flag.HIGH: "HH"}
_CRITICAL_ANYHOW = "AA"
_NUMBERS = re.compile(r"\d+(?:\.\d+)?")
PRELIMINARY = "preliminary"
_SPEAKABLE, _SEALED = "R", "V"  # restricted, very restricted


def bundle_of(
    report: Report,
    *,
    subject: str | None = None,
    verified: bool = False,
    amends: bool = False,
    sealed: bool = False,
) -> Bundle:
    """A collection of the DiagnosticReport and its Observations.

    ``subject`` is the patient's id in the receiving system; ``verified`` whether a clinician has seen the values, else
    they are preliminary; ``amends`` whether the receiver had them as final before; ``sealed`` adds what is of level 5.
    A verified report is partial while a value of it is not sure, or not told.
    """
    items = [item for item in report.items if sealed or not item.sealed]
    status = PRELIMINARY if not verified else "amended" if amends else "final"
    observations = [_observation(item, report, subject, status) for item in items]
    whole = len(items) == len(report.items) and all(map(_sure, items))
    document = _document(report, observations, subject, status if whole or not verified else "partial")
    entries = [BundleEntry(fullUrl=f"urn:uuid:{one.id}", resource=one) for one in (document, *observations)]
    return Bundle(type="collection", entry=entries)


def as_json(part: Any) -> str:
    """A resource as FHIR's JSON, every decimal as it is: their precision tells, which a float would lose."""
    match part:
        case Element() | Resource():
            named = {"resourceType": part.get_resource_type()} if isinstance(part, Resource) else {}
            told = {name: getattr(part, name, None) for name in part.elements_sequence()}
            return as_json(named | {name: value for name, value in told.items() if value is not None})
        case dict():
            return "{" + ",".join(f"{json.dumps(name)}:{as_json(value)}" for name, value in part.items()) + "}"
        case list():
            return "[" + ",".join(map(as_json, part)) + "]"
        case Decimal():
            return str(part)
        case date():
            return json.dumps(part.isoformat())
    return json.dumps(part, ensure_ascii=False)


def _document(report: Report, observations: list[Observation], subject: str | None, status: str) -> DiagnosticReport:
    code, category = _DOCUMENTS.get(report.kind, _IMAGING)
    told = report.narrative or {}
    return DiagnosticReport(
        id=_id(report.finding),
        meta=_meta(any(item.sealed for item in report.items)),
        status=status,
        category=[_concept(CATEGORY, category)],
        code=_concept(LOINC, code, report.title),
        subject=_patient(subject),
        effectiveDateTime=_day(report),
        result=[Reference(reference=f"urn:uuid:{one.id}") for one in observations] or None,
        conclusion=told.get("conclusion_text") or None,
    )


def _observation(item: ReportItem, report: Report, subject: str | None, status: str) -> Observation:
    sure = _sure(item)
    quantity = _quantity(item) if sure else None
    return Observation(
        id=_id(str(item.key)),
        meta=_meta(item.sealed),
        status=status if sure else PRELIMINARY,
        category=[_concept(CATEGORY, "laboratory")],
        code=_code(item),
        subject=_patient(subject),
        effectiveDateTime=_day(report),
        valueQuantity=quantity,
        valueString=item.value_text if sure and quantity is None and item.value_text else None,
        dataAbsentReason=None if sure else _concept(ABSENT, "asked-unknown" if item.unreadable else "temp-unknown"),
        interpretation=_interpretation(item) if sure else None,
        referenceRange=_range(item),
    )


def _sure(item: ReportItem) -> bool:
    return not (item.open or item.unreadable) and (item.value is not None or bool(item.value_text))


def _code(item: ReportItem) -> CodeableConcept:
    codings = [Coding(system=system, code=code) for system, code in ((LOINC, item.loinc), (ITEM, item.code)) if code]
    return CodeableConcept(coding=codings or None, text=item.name or UNNAMED)


def _quantity(item: ReportItem) -> Quantity | None:
    """None for a text or a grade."""
    if item.value is None:
        return None
    return Quantity(
        value=_as_printed(item.value, item.value_text),
        comparator=item.comparator,
        unit=item.unit,
        system=UCUM if item.ucum else None,
        code=item.ucum,
    )


def _interpretation(item: ReportItem) -> list[CodeableConcept] | None:
    code = _CRITICAL.get(item.flag, _CRITICAL_ANYHOW) if item.critical else _INTERPRETED.get(item.flag)
    return [_concept(INTERPRETATION, code)] if code else None


def _range(item: ReportItem) -> list[ObservationReferenceRange] | None:
    if item.low is None and item.high is None and not item.range_text:
        return None
    low, high = (_limit(item, limit) for limit in (item.low, item.high))
    return [ObservationReferenceRange(low=low, high=high, text=item.range_text)]


def _limit(item: ReportItem, limit: float | None) -> Quantity | None:
    if limit is None:
        return None
    value = _as_printed(limit, item.range_text)
    return Quantity(value=value, unit=item.unit, system=UCUM if item.ucum else None, code=item.ucum)


def _as_printed(number: float, printed: str | None) -> Decimal:
    """``number`` with the decimals it has in ``printed``, where it stands there."""
    for found in _NUMBERS.findall(printed or ""):
        if float(found) == abs(number):
            return Decimal(found).copy_sign(Decimal(number))
    return Decimal(repr(number).removesuffix(".0"))


def _concept(system: str, code: str, text: str | None = None) -> CodeableConcept:
    return CodeableConcept(coding=[Coding(system=system, code=code)], text=text)


def _day(report: Report) -> Any:
    """The day alone, as FHIR allows; the library's annotation knows full times only. None where it cannot be read."""
    try:
        return date.fromisoformat(report.day) if report.day else None
    except ValueError:
        return None


def _patient(subject: str | None) -> Reference | None:
    return Reference(reference=f"Patient/{subject}") if subject else None


def _meta(sealed: bool) -> Meta:
    return Meta(security=[Coding(system=CONFIDENTIALITY, code=_SEALED if sealed else _SPEAKABLE)])


def _id(name: str) -> str:
    """The same for the same row, however often it is sent: the receiver sees an update, not a second value."""
    return str(uuid5(NAMESPACE_URL, f"urn:xinglin:{name}"))
