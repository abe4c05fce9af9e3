"""What of a follow-up a patient was only notified of: outside WeChat's 48 hours "您有新的回复" is all that can be sent.

When they write, it is said again, as part of what is answered: its numbers then count in the message they see last.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.consent import Purpose, has_consent, question
from care.followup.answering import open_questions
from care.followup.running import plan_for, running
from care.followup.telling import question_reply
from care.replies import Reply
from care.texts import text
from records.conversations import Author, Message
from records.deliveries import Delivery, DeliveryState
from records.followup import FollowUp

NOTIFIED = "subscription"


def unseen(session: Session, conversation_id: str) -> Reply | None:
    """The open question, or the question of consent, whose words have not reached the patient; None when all have."""
    for one in open_questions(session, conversation_id):
        asked = question_reply(plan_for(session.get_one(FollowUp, one.row.follow_up_id)), one.question, one.row)
        if not _has_reached(session, conversation_id, asked.text):
            return asked.model_copy(update={"text": "\n".join([asked.text, text("followup.told.stop")])})
    for follow_up in running(session, conversation_id):
        waits = follow_up.invited and not has_consent(session, follow_up.account_id, Purpose.FOLLOW_UP)
        invitation = question(Purpose.FOLLOW_UP)
        if waits and not _has_reached(session, conversation_id, invitation.text):
            lines = [text("followup.told.again", plan=plan_for(follow_up).name), text("followup.told.stop")]
            return invitation.model_copy(update={"text": "\n".join([*lines, invitation.text])})
    return None


def _has_reached(session: Session, conversation_id: str, words: str) -> bool:
    row = session.execute(
        select(Delivery.route, Delivery.state)
        .join(Message, Message.id == Delivery.message_id)
        .where(
            Message.conversation_id == conversation_id,
            Message.author == Author.BOT,
            Message.text.contains(words, autoescape=True),
        )
        .order_by(Message.seq.desc())
        .limit(1)
    ).first()
    return row is not None and row.route != NOTIFIED and row.state != DeliveryState.FAILED
