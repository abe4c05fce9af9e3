"""The console's API without a browser: a signed-in seat that sends requests to the routes themselves."""

import asyncio
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import update

import clinic
from care.conversations import append_reply
from care.replies import Reply
from care.staff import ensure_first_operator
from clinic.signing_in import CSRF_HEADER
from records.audit import AuditEntry
from records.conversations import Author, Conversation, Message
from records.database import new_id, session_scope
from records.masking import mask_into_vault
from records.patients import Account
from records.staff import Role, Staff
from records.vault import get_vault


class Console:
    """One browser of the console."""

    def __init__(self, app: FastAPI | None = None, *, address: str = "10.0.0.7") -> None:
        self.app = app or console_app()
        self.address = address
        self.ours = True  # the header that only our page sets
        self.cookies = httpx.Cookies()

    def ask(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """One request under ``/api/console``; cookies are kept as a browser keeps them."""

        async def sending() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=(self.address, 50_000))
            async with httpx.AsyncClient(
                transport=transport, base_url="http://xinglin.test", cookies=self.cookies
            ) as http:
                answer = await http.request(
                    method, f"/api/console{path}", headers={CSRF_HEADER: "1"} if self.ours else {}, **sent
                )
                self.cookies = http.cookies
                return answer

        return asyncio.run(sending())

    def get(self, path: str) -> httpx.Response:
        return self.ask("GET", path)

    def post(self, path: str, body: object = None) -> httpx.Response:
        return self.ask("POST", path, json=body)

    def sign_in(self, password: str, username: str = "admin") -> httpx.Response:
        return self.post("/sign-in", {"username": username, "password": password})


def console_app() -> FastAPI:
    """The console's routes alone."""
    app = FastAPI()
    app.include_router(clinic.router())
    return app


def first_password() -> str:
    """The password of a first operator made now."""
    with session_scope() as session:
        password = ensure_first_operator(session)
    assert password is not None
    return password


def signed_in(app: FastAPI | None = None, *, role: Role = Role.CLINICIAN) -> tuple[Console, str]:
    """A console where somebody of this role has signed in, and the password."""
    console, password = Console(app), first_password()
    with session_scope() as session:
        session.execute(update(Staff).values(role=role))
    assert console.sign_in(password).status_code == httpx.codes.OK
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
