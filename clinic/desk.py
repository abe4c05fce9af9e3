"""What a seat needs beside a conversation: notes, hand-overs, how many it has."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, status
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from care import seats
from care.seats import NoSuchGroup
from clinic.conversations import refusing
from clinic.parameters import NO_NUL, Id
from clinic.permissions import Permission, allowed
from clinic.seat import AtSeat
from clinic.viewing import audit_notes
from records.audit import Action
from records.conversations import Conversation
from records.database import read_scope, session_scope
from records.masking import shown
from records.patients import Account

READ = [Depends(allowed(Permission.READ_CONVERSATIONS))]
ANSWER = [Depends(allowed(Permission.ANSWER_CONVERSATIONS))]

routes = APIRouter()


class GroupRow(BaseModel):
    """``on_duty`` are there for it now."""

    id: str
    name: str
    on_duty: int


class Desk(BaseModel):
    """``holds`` of at most ``capacity`` conversations, the groups that one can be handed to, and the ids of the seat's
    ``own``, none when it takes every group's."""

    holds: int
    capacity: int
    groups: list[GroupRow]
    own: list[str]


class NoteRow(BaseModel):
    """What colleagues wrote for each other, masked."""

    id: str
    by: str
    text: str
    at: AwareDatetime


class NewNote(BaseModel):
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000, pattern=NO_NUL)]


class Transfer(BaseModel):
    """To which group, and what the colleague should know."""

    to: str = Field(max_length=32, pattern=NO_NUL)
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=NO_NUL)] = ""


@routes.get("/desk", dependencies=READ)
def get_desk(seat: AtSeat) -> Desk:
    """The seat that asks."""
    with read_scope() as session:
        holds, terms = seats.load_of(session, seat.username), seats.terms_of(session, seat.username)
        groups = [
            GroupRow(id=one.id, name=one.name, on_duty=sum(staff.on_duty for staff in seats.seats_of(session, one.id)))
            for one in seats.groups()
        ]
    return Desk(holds=holds, capacity=terms.capacity, groups=groups, own=list(terms.groups))


@routes.get("/conversations/{conversation_id}/notes", dependencies=READ)
def get_notes(conversation_id: Id, seat: AtSeat) -> list[NoteRow]:
    """The notes beside a conversation, oldest first. 404 for an unknown one."""
    with session_scope() as session:
        conversation = session.get(Conversation, conversation_id)
        if conversation is None or session.get_one(Account, conversation.account_id).restricted_at is not None:
            raise HTTPException(status.HTTP_404_NOT_FOUND, "没有这个对话")
        notes = seats.notes_of(session, conversation_id)
        audit_notes(
            session,
            seat,
            patient=conversation.account_id,
            conversation_id=conversation_id,
            notes=[note.id for note in notes],
        )
        return [NoteRow(id=note.id, by=note.by, text=shown(note.text), at=note.at) for note in notes]


@routes.post("/conversations/{conversation_id}/notes", status_code=status.HTTP_204_NO_CONTENT, dependencies=ANSWER)
def post_note(conversation_id: Id, note: NewNote, seat: AtSeat) -> None:
    """Write a note that the patient never sees. 404 for an unknown conversation."""
    with refusing(seat, Action.WRITE_NOTE, conversation_id), session_scope() as session:
        seats.write_note(session, conversation_id=conversation_id, actor=seat.actor, text=note.text)


@routes.post("/conversations/{conversation_id}/transfer", status_code=status.HTTP_204_NO_CONTENT, dependencies=ANSWER)
def post_transfer(conversation_id: Id, transfer: Transfer, seat: AtSeat) -> None:
    """Hand the conversation to a group: the patient waits for it. 400 for an unknown group, 409 when nobody is of it
    or somebody else has the conversation."""
    try:
        with refusing(seat, Action.TRANSFER_CONVERSATION, conversation_id), session_scope() as session:
            seats.transfer(
                session, conversation_id=conversation_id, to=transfer.to, actor=seat.actor, note=transfer.note
            )
    except NoSuchGroup:
        raise HTTPException(status.HTTP_400_BAD_REQUEST, "没有这个组") from None
