"""A stored reply as the texts that WeChat gets."""

from care.conversations import stored_reply
from channels.text_rendering import AI_LABEL, as_text, labelled
from channels.wechat.splitting import MAX_TEXT_BYTES, split_text
from records.conversations import Message


def parts_of(message: Message) -> list[str]:
    """The stored reply as WeChat texts, each labelled and at most 2,048 bytes; none when it cannot be read."""
    room = MAX_TEXT_BYTES - len(f"\n\n{AI_LABEL}".encode())
    try:
        texts = split_text(as_text(stored_reply(message)), limit=room)
    except ValueError:  # pydantic's: stored by a version that knew another card
        return []
    return [labelled(part, message.author) for part in texts]
