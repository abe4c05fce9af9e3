"""A stored reply as the texts that WeChat gets."""

from sqlalchemy.orm import Session

from care.conversations import stored_reply
from channels.text_rendering import AI_LABEL, as_text, labelled
from channels.wechat.splitting import MAX_TEXT_BYTES, split_text
from records.conversations import Author, Conversation, Message
from records.sensitivity import holds, house, opened_for
from records.vault import get_vault


def parts_of(session: Session, message: Message) -> list[str]:
    """The stored reply as WeChat texts, each labelled and at most 2,048 bytes; none when it cannot be read.

    What a clinician wrote to the patient arrives whole, whatever its level; the house's own replies repeat nothing.
    """
    room = MAX_TEXT_BYTES - len(f"\n\n{AI_LABEL}".encode())
    try:
        reply = stored_reply(message)
        if message.author == Author.STAFF and holds(reply.text):
            owner = session.get_one(Conversation, message.conversation_id).account_id
            opened = opened_for(session, get_vault(), owner=owner, texts=[reply.text], actor=house("delivery"))
            reply = reply.model_copy(update={"text": opened[0]})
        texts = split_text(as_text(reply), limit=room)
    except ValueError:  # pydantic's: stored by a version that knew another card
        return []
    return [labelled(part, message.author) for part in texts]
