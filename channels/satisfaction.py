"""The satisfaction step of a turn: a pressed answer is kept here, without the assistant."""

import asyncio

from care.replies import Reply
from care.seats import answer_satisfaction, score_in
from care.texts import text
from channels.admission import Admission
from channels.results import Routed
from records.database import session_scope

CONTENT = 2


class SatisfactionStep:
    """Takes the answer to "were you content", or lets the message go on."""

    async def stop(self, admission: Admission) -> Routed | None:
        """The thanks, or None when the message is no such answer."""
        score = score_in(admission.heard)
        return None if score is None else await asyncio.to_thread(_answer, admission, score)


def _answer(admission: Admission, score: int) -> Routed:
    with session_scope() as session:
        answer_satisfaction(session, conversation_id=admission.conversation_id, score=score)
    return Routed([Reply(text=text("seats.satisfaction.thanks" if score >= CONTENT else "seats.satisfaction.sorry"))])
