"""What staff write to a patient: masked into the vault and sealed like everything that is kept."""

from sqlalchemy.orm import Session

from care.conversations import append_reply
from care.replies import Reply
from clinic.seat import Seat
from records.audit import Action, audit
from records.conversations import Author, Conversation, Message
from records.masking import PersonalKind, mask_into_vault
from records.sensitivity import seal_sensitive
from records.vault import get_vault

# A phone number in a reply is the hospital's own, and useless to the patient when masked.
KEPT_IN_REPLIES = (PersonalKind.NAME_DOCTOR, PersonalKind.PHONE)


def store_reply(session: Session, seat: Seat, conversation_id: str, text: str, *, began_as: str = "") -> Message:
    """The stored message; the channel delivers it when the transaction has ended. ``began_as`` is the id of the
    suggestion that the reply began as, empty when the seat wrote all of it. Raises ConversationNotFound."""
    conversation = session.get_one(Conversation, conversation_id)
    owner = conversation.account_id
    masked = mask_into_vault(session, get_vault(), owner=owner, text=text, keep=KEPT_IN_REPLIES)
    sealed = seal_sensitive(session, get_vault(), owner=owner, text=masked)
    message = append_reply(session, conversation_id=conversation_id, author=Author.STAFF, reply=Reply(text=sealed.text))
    message.sensitivity = max(sealed.level, message.sensitivity)
    message.began_as = began_as
    audit(
        session,
        actor=seat.actor,
        action=Action.REPLY,
        patient=owner,
        subject=f"conversation:{conversation_id}",
        details={"seq": message.seq} | ({"began_as": began_as} if began_as else {}),
    )
    return message
