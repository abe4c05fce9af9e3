"""The rights step of a turn: what a patient asks about their own data is answered here, without the assistant."""

import asyncio

from care.consent import privacy_link, standing_reply, withdraw_reply
from care.replies import Reply
from care.rights import Wish, wish_in
from care.texts import text
from channels.admission import Admission
from channels.consent import reread
from channels.inbound import Kind
from channels.results import Routed
from settings import get_settings

SPOKEN = frozenset({Kind.TEXT, Kind.CHOICE, Kind.VOICE, Kind.EVENT})


class RightsStep:
    """Answers a wish about one's own data, or lets the message go on."""

    async def stop(self, admission: Admission) -> Routed | None:
        """The answer, or None when the message is no such wish."""
        if admission.kind not in SPOKEN:
            return None
        match wish_in(admission.heard):
            case Wish.STANDING:
                return Routed([standing_reply((await asyncio.to_thread(reread, admission)).consents)])
            case Wish.WITHDRAW:
                return Routed([withdraw_reply((await asyncio.to_thread(reread, admission)).consents)])
            case Wish.PRIVACY:
                link = f"{get_settings().base_url}{privacy_link()}"
                return Routed([Reply(text=text("consent.dialogue.privacy", link=link))])
            case _:
                return None
