"""The one door for outside systems, under ``/api/partner/v1``.

Every request names its credential, its purpose and the person it is made for; every request, admitted or refused, is a
row of the audit, and what cannot be recorded is not answered.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, HTTPException, Path, Query, Request, Response, status
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from care.partners import (
    Asked,
    Call,
    Caller,
    Identifying,
    Refused,
    Resource,
    account_of,
    admitted,
    known_patients,
    read,
    take_document,
)
from care.partners.pseudonyms import PSEUDONYM_CHARS
from records.audit import Action, Outcome, audit, audit_alone
from records.database import session_scope
from records.vault import get_vault

NO_NUL = r"^[^\x00]*$"
Pseudonym = Annotated[str, Path(pattern=f"^[0-9a-f]{{{PSEUDONYM_CHARS}}}$")]
After = Annotated[str, Query(pattern=f"^[0-9a-f]{{0,{PSEUDONYM_CHARS}}}$")]
Fields = Annotated[str, Query(max_length=500, pattern=NO_NUL, description="逗号分隔；不写就是凭据允许的全部")]

SENTENCES = {
    Refused.CREDENTIAL: (401, "凭据不对"),
    Refused.REVOKED: (401, "凭据已停用"),
    Refused.EXPIRED: (401, "凭据已过期"),
    Refused.TOO_FAST: (429, "请求太快，请一分钟后再试"),
    Refused.PURPOSE: (403, "凭据不是为这个用途发的"),
    Refused.NOBODY: (400, "请在 X-On-Behalf-Of 里写明为谁查询"),
    Refused.FIELD: (403, "凭据不含这些字段"),
}


class Refusal(BaseModel):
    """Why something was refused, in a sentence."""

    detail: str


class Patients(BaseModel):
    """Pseudonyms, at most 100; ask for those ``after`` the last one until none comes."""

    patients: list[str]


class Rows(BaseModel):
    """One resource of one patient; ``masked`` says whether whatever names a person is in its masked form."""

    patient: str
    purpose: str
    masked: bool
    rows: list[dict[str, Any]]


class Document(BaseModel):
    """A text about the patient that names nobody."""

    kind: str = Field(min_length=1, max_length=32, pattern=r"^[a-z][a-z0-9_]*$")
    text: str = Field(min_length=1, max_length=8000, pattern=NO_NUL)


class Taken(BaseModel):
    id: str


@dataclass(frozen=True, slots=True)
class Headers:
    """What every request says of itself."""

    token: str
    purpose: str
    on_behalf_of: str
    address: str


def headers(
    request: Request,
    authorization: Annotated[str, Header(max_length=256)] = "",
    x_purpose: Annotated[str, Header(max_length=32)] = "",
    x_on_behalf_of: Annotated[str, Header(max_length=64)] = "",
) -> Headers:
    """The headers; 401 without a credential, before anything else is looked at."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, SENTENCES[Refused.CREDENTIAL][1])
    address = request.client.host if request.client else ""
    return Headers(token.strip(), x_purpose, x_on_behalf_of, address)


Said = Annotated[Headers, Depends(headers)]


def router() -> APIRouter:
    """The routes for outside systems."""
    refusals: dict[int | str, dict[str, Any]] = {
        code: {"model": Refusal} for code in (400, 401, 403, 404, 408, 413, 422, 429)
    }
    api = APIRouter(prefix="/api/partner/v1", tags=["partner"], responses=refusals)
    api.add_api_route("/patients", get_patients, methods=["GET"])
    api.add_api_route("/patients/{patient}", get_patient, methods=["GET"])
    api.add_api_route("/patients/{patient}/appointments", get_appointments, methods=["GET"])
    api.add_api_route("/patients/{patient}/conversation", get_conversation, methods=["GET"])
    api.add_api_route("/patients/{patient}/documents", post_document, methods=["POST"], status_code=201)
    return api


def get_patients(said: Said, response: Response, after: After = "") -> Patients:
    """Pseudonyms of the patients who agree to the credential's purpose now; no other partner has the same ones."""
    call, caller = _admit(said, Resource.PATIENTS)
    with _recorded(call, Action.PARTNER_READ) as session:
        found = known_patients(session, get_vault(), caller, after=after)
        accounts = " ".join(sorted(account for _, account in found))
        _audit(session, call, Action.PARTNER_READ, None, "patients", patients=accounts, count=len(found))
    response.headers["X-Request-Id"] = call.id
    return Patients(patients=[pseudonym for pseudonym, _ in found])


def get_patient(said: Said, patient: Pseudonym, response: Response, fields: Fields = "") -> Rows:
    """Who the patient is, and whom they write for: a row a person."""
    return _read(said, Resource.PATIENT, patient, fields, response)


def get_appointments(said: Said, patient: Pseudonym, response: Response, fields: Fields = "") -> Rows:
    """The patient's appointments, the latest first."""
    return _read(said, Resource.APPOINTMENTS, patient, fields, response)


def get_conversation(said: Said, patient: Pseudonym, response: Response, fields: Fields = "") -> Rows:
    """What the conversation is about: counts, alerts, and the patient's words if the credential has them."""
    return _read(said, Resource.CONVERSATION, patient, fields, response)


def post_document(said: Said, patient: Pseudonym, document: Document, response: Response) -> Taken:
    """Take in a text about the patient. 422 when it names a person: kinds are told, nothing is kept."""
    call, caller = _admit(said, Resource.DOCUMENTS)
    response.headers["X-Request-Id"] = call.id
    try:
        with _recorded(call, Action.PARTNER_WRITE) as session:
            account = _account(session, caller, patient)
            taken = take_document(
                session, get_vault(), caller, account_id=account, kind=document.kind, text=document.text
            )
            _audit(session, call, Action.PARTNER_WRITE, account, f"document:{taken.id}", chars=len(document.text))
            return Taken(id=taken.id)
    except Identifying as problem:
        audit_alone(
            actor=call.actor,
            action=Action.PARTNER_WRITE,
            patient=None,
            subject=f"pseudonym:{patient}",
            reason=call.asked.on_behalf_of,
            outcome=Outcome.REFUSED,
            details={**call.details, "cause": "identifying", "kinds": str(problem)},
        )
        raise HTTPException(422, f"内容里有能认出人的信息（{problem}），请去掉后再传") from None


def _read(said: Headers, resource: Resource, patient: str, fields: str, response: Response) -> Rows:
    keys = tuple(key for key in (one.strip() for one in fields.split(",")) if key)
    call, caller = _admit(said, resource, keys)
    with _recorded(call, Action.PARTNER_READ) as session:
        account = _account(session, caller, patient)
        rows = read(session, get_vault(), call, account_id=account)
        _audit(session, call, Action.PARTNER_READ, account, f"pseudonym:{patient}", rows=len(rows))
    response.headers["X-Request-Id"] = call.id
    return Rows(patient=patient, purpose=caller.purpose, masked=caller.masked, rows=rows)


def _admit(said: Headers, resource: Resource, fields: tuple[str, ...] = ()) -> tuple[Call, Caller]:
    """The admitted call; a refusal is counted and recorded before it is told."""
    asked = Asked(
        token=said.token,
        purpose=said.purpose,
        on_behalf_of=said.on_behalf_of.strip(),
        address=said.address,
        resource=resource,
        fields=fields,
    )
    with session_scope() as session:
        call = admitted(session, asked)
        if call.refused:
            action = Action.PARTNER_WRITE if resource is Resource.DOCUMENTS else Action.PARTNER_READ
            _audit(session, call, action, None, f"resource:{resource}", outcome=Outcome.REFUSED)
    if call.refused or call.caller is None:
        code, sentence = SENTENCES[call.refused or Refused.CREDENTIAL]
        retry = {"Retry-After": "60"} if call.refused is Refused.TOO_FAST else None
        raise HTTPException(code, sentence, headers=retry)
    return call, call.caller


class _NoSuchPatient(Exception):
    pass


def _account(session: Session, caller: Caller, pseudonym: str) -> str:
    account = account_of(session, caller, pseudonym)
    if account is None:
        raise _NoSuchPatient
    return account


@contextmanager
def _recorded(call: Call, action: Action) -> Iterator[Session]:
    """One transaction for what is read and its row; a patient who is not there, or does not agree, is a row too."""
    try:
        with session_scope() as session:
            yield session
    except _NoSuchPatient:
        audit_alone(
            actor=call.actor,
            action=action,
            patient=None,
            subject=f"resource:{call.asked.resource}",
            reason=call.asked.on_behalf_of,
            outcome=Outcome.REFUSED,
            details={**call.details, "cause": "no_patient"},
        )
        raise HTTPException(status.HTTP_404_NOT_FOUND, "没有这位患者，或患者没有同意这个用途") from None


def _audit(
    session: Session,
    call: Call,
    action: Action,
    patient: str | None,
    subject: str,
    *,
    outcome: Outcome = Outcome.DONE,
    **more: str | int,
) -> None:
    # The person in the outside system stands in the reason, which is masked: nobody knows what they put there.
    audit(
        session,
        actor=call.actor,
        action=action,
        patient=patient,
        subject=subject,
        reason=call.asked.on_behalf_of,
        outcome=outcome,
        details={**call.details, **more},
    )
