"""The console's API without a browser: a signed-in seat that sends requests to the routes themselves."""

import asyncio
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import select, update

import clinic
from care.conversations import append_reply
from care.replies import Reply
from care.staff import FIRST_CLINICIAN, FIRST_OFFICER, add_staff, ensure_first_accounts
from clinic.seat import CSRF_HEADER
from records.audit import AuditEntry
from records.conversations import Author, Conversation, Message
from records.database import new_id, session_scope
from records.masking import mask_into_vault
from records.patients import Account
from records.staff import EVERY_DEPARTMENT, Role, Staff, StaffFactor
from records.vault import get_vault
from tests.authenticator import Authenticator

# Each person's device, by user name; a new enrolment is a new one.
DEVICES: dict[str, Authenticator] = {}


class Console:
    """One browser of the console."""

    def __init__(self, app: FastAPI | None = None, *, address: str = "10.0.0.7") -> None:
        self.app = app or console_app()
        self.address = address
        self.ours = True  # the header that only our page sets
        self.username = ""
        self.cookies = httpx.Cookies()

    def ask(self, method: str, path: str, *, headers: dict[str, str] | None = None, **sent: Any) -> httpx.Response:
        """One request under ``/api/console``; cookies are kept as a browser keeps them."""

        async def sending() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=(self.address, 50_000))
            async with httpx.AsyncClient(
                transport=transport, base_url="http://xinglin.test", cookies=self.cookies
            ) as http:
                answer = await http.request(
                    method,
                    f"/api/console{path}",
                    headers=({CSRF_HEADER: "1"} if self.ours else {}) | (headers or {}),
                    **sent,
                )
                self.cookies = http.cookies
                return answer

        return asyncio.run(sending())

    def get(self, path: str) -> httpx.Response:
        return self.ask("GET", path)

    def post(self, path: str, body: object = None) -> httpx.Response:
        return self.ask("POST", path, json=body)

    def delete(self, path: str) -> httpx.Response:
        return self.ask("DELETE", path)

    def sign_in(self, password: str, username: str = FIRST_CLINICIAN) -> httpx.Response:
        """Every step but a password of one's own; the answer of the last one, or of the one that was refused."""
        self.username = username
        answer = self.post("/sign-in", {"username": username, "password": password})
        if answer.status_code == httpx.codes.OK and answer.json()["next"] == "enrol":
            return self.enrol()
        if answer.status_code == httpx.codes.OK and answer.json()["next"] == "factor":
            return self.post("/sign-in/factor", {"code": self.code()})
        return answer

    def enrol(self) -> httpx.Response:
        """Take a new device for whoever is signing in."""
        offered = self.post("/sign-in/enrolment")
        DEVICES[self.username] = Authenticator(offered.json()["secret"])
        return self.post("/sign-in/enrolment/confirm", {"code": DEVICES[self.username].code()})

    def code(self) -> str:
        """A code of this person's device, as if half a minute had passed since the last."""
        with session_scope() as session:
            who = select(Staff.id).where(Staff.username == self.username).scalar_subquery()
            session.execute(update(StaffFactor).where(StaffFactor.staff_id == who).values(used_step=0))
        DEVICES[self.username].as_if_later()
        return DEVICES[self.username].code()


def console_app() -> FastAPI:
    """The console's routes alone."""
    app = FastAPI()
    app.include_router(clinic.router())
    return app


def first_password(username: str = FIRST_CLINICIAN) -> str:
    """The password of one of the first accounts, made now."""
    with session_scope() as session:
        return ensure_first_accounts(session)[username]


def account(username: str, role: Role, *departments: str) -> str:
    """The password of a new account that its person need not change at once."""
    with session_scope() as session:
        ensure_first_accounts(session)
        return add_staff(session, username=username, role=role, departments=departments, once=False)[1]


def signed_in(
    app: FastAPI | None = None, *, role: Role = Role.CLINICIAN, departments: tuple[str, ...] = (EVERY_DEPARTMENT,)
) -> tuple[Console, str]:
    """A console where somebody of this role and these departments has signed in with both factors, and the password.

    The clinician of every department is ``doctor``, the security officer ``admin``, others are called as their role.
    """
    firsts = {Role.SECURITY_OFFICER: FIRST_OFFICER}
    if departments == (EVERY_DEPARTMENT,):
        firsts[Role.CLINICIAN] = FIRST_CLINICIAN
    with session_scope() as session:
        made = ensure_first_accounts(session)
    username = firsts.get(role, role.value)
    password = made.get(username) or account(username := role.value, role, *departments)
    console = Console(app)
    assert console.sign_in(password, username).status_code == httpx.codes.OK
    return console, password


def conversation_saying(*texts: str) -> Conversation:
    """A patient's conversation that holds these messages, masked as they would be."""
    with session_scope() as session:
        account = Account(channel="web", address_fingerprint=new_id() * 4)
        session.add(account)
        session.flush()
        conversation = Conversation(account_id=account.id)
        session.add(conversation)
        session.flush()
        for text in texts:
            masked = mask_into_vault(session, get_vault(), owner=account.id, text=text)
            conversation.last_seq += 1
            session.add(
                Message(
                    conversation_id=conversation.id,
                    seq=conversation.last_seq,
                    author=Author.PATIENT,
                    kind="text",
                    text=masked,
                )
            )
        session.flush()
        append_reply(session, conversation_id=conversation.id, author=Author.BOT, reply=Reply(text="您好"))
        return conversation


def trail() -> list[AuditEntry]:
    """The audit's rows, in order."""
    with session_scope() as session:
        return list(session.query(AuditEntry).order_by(AuditEntry.seq))


def done() -> list[tuple[str, str, str]]:
    """Action, subject and outcome of the audit's rows."""
    return [(row.action, row.subject, row.outcome) for row in trail()]
