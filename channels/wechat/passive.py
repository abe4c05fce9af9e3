"""The answer to a push: a passive text, or the word that stops WeChat from pushing again."""

from datetime import datetime

from wechatpy.replies import TextReply

from channels.wechat.account import WeChatAccount
from channels.wechat.envelope import seal_reply
from channels.wechat.parsing import Parsed

# Anything else than this, an empty body or a passive reply shows the user a fault notice.
SUCCESS = "success"


def render_passive(account: WeChatAccount, parsed: Parsed, text: str, *, now: datetime) -> str:
    """The XML of a passive text reply, encrypted in AES mode. ``text`` fits one message."""
    timestamp = int(now.timestamp())
    # "]]>" would end the CDATA section that wechatpy writes around the text.
    content = text.replace("]]>", "]]]]><![CDATA[>")
    reply = TextReply(source=parsed.recipient, target=parsed.inbound.sender, content=content, time=timestamp)
    return seal_reply(account, reply.render(), timestamp=timestamp)
