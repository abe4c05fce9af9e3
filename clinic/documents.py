"""What outside systems have sent about a patient: text that names nobody, as the console shows it."""

from fastapi import APIRouter, Depends, HTTPException, status
from pydantic import AwareDatetime, BaseModel
from sqlalchemy import select

from clinic.parameters import Id
from clinic.permissions import Permission, allowed
from clinic.seat import AtSeat
from clinic.viewing import audit_documents
from records.conversations import Conversation
from records.database import session_scope
from records.masking import shown
from records.partners import OutsideDocument, Partner
from records.patients import Account

MOST = 50

READ = [Depends(allowed(Permission.READ_CONVERSATIONS))]

routes = APIRouter()


class DocumentRow(BaseModel):
    """One text; ``partner`` is the name of the system it came from."""

    id: str
    partner: str
    kind: str
    text: str
    received_at: AwareDatetime


@routes.get("/conversations/{conversation_id}/documents", dependencies=READ)
def get_documents(conversation_id: Id, seat: AtSeat) -> list[DocumentRow]:
    """The latest first, at most 50; clauses of level 5 are hidden. 404 for an unknown conversation."""
    with session_scope() as session:
        conversation = session.get(Conversation, conversation_id)
        if conversation is None or session.get_one(Account, conversation.account_id).restricted_at is not None:
            raise HTTPException(status.HTTP_404_NOT_FOUND, "没有这个对话")
        rows = session.execute(
            select(OutsideDocument, Partner.name)
            .join(Partner, Partner.id == OutsideDocument.partner_id)
            .where(OutsideDocument.account_id == conversation.account_id)
            .order_by(OutsideDocument.received_at.desc())
            .limit(MOST)
        ).all()
        audit_documents(
            session,
            seat,
            patient=conversation.account_id,
            conversation_id=conversation_id,
            documents=[document.id for document, _ in rows],
        )
        return [
            DocumentRow(
                id=document.id,
                partner=partner,
                kind=document.kind,
                text=shown(document.text),
                received_at=document.received_at,
            )
            for document, partner in rows
        ]
