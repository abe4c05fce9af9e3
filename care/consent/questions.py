"""The questions about consent, as replies with buttons; short, one purpose each."""

from care.consent.answers import Answer, Decision
from care.consent.children import Child
from care.consent.purposes import ConsentText, Purpose, text_of
from care.consent.service import Standing
from care.replies import ConsentCard, QuickReply, Reply
from care.texts import text
from settings import get_settings

PERSON = QuickReply(title=text("consent.button.person"), payload="/request_human")
_GUARDIANS = ("mother", "father", "other")


def privacy_link(purpose: Purpose | None = None) -> str:
    """The path of the privacy notice, at one purpose's paragraph."""
    return "/privacy" + (f"#{purpose}" if purpose else "")


def consent_card(asked: ConsentText) -> ConsentCard:
    """What stands beside the question: for what, in which version, and where the whole text is."""
    return ConsentCard(
        purpose=asked.purpose, version=asked.version, title=asked.title, link=privacy_link(asked.purpose)
    )


def question(purpose: Purpose, *, child: Child = Child.NO, again: bool = False) -> Reply:
    """Asks for consent to ``purpose``, of the guardian where a child is spoken of. ``again``: it was asked before."""
    asked = text_of(purpose)
    match child:
        case Child.WRITING:
            said, decisions = text("consent.dialogue.child"), ["guardian_yes"]
        case Child.ABOUT:
            key = "guardian_media" if purpose == Purpose.MEDIA else "guardian"
            said, decisions = text(f"consent.dialogue.{key}"), ["guardian_yes", "no"]
        case _:
            said, decisions = asked.ask, ["yes", "guardian", "no"]
    if purpose not in {Purpose.CONSULTATION, Purpose.MEDIA}:
        decisions = ["yes", "no"]
    if again and child is Child.NO:
        said = text("consent.dialogue.again")
    buttons = [_button(purpose, decision) for decision in decisions]
    return Reply(
        text=said, card=consent_card(asked), quick_replies=(*buttons, *((PERSON,) if child is not Child.NO else ()))
    )


def guardian_question(purpose: Purpose) -> Reply:
    """Asks who it is that agrees for the child."""
    options = tuple(
        QuickReply(
            title=text(f"consent.button.{who}"),
            payload=Answer(purpose, Decision.GUARDIAN, guardian=text(f"consent.button.{who}")).payload,
        )
        for who in _GUARDIANS
    )
    return Reply(text=text("consent.dialogue.guardian_who"), quick_replies=options)


def standing_reply(standing: Standing) -> Reply:
    """What is agreed to and what not, each to be changed by a button."""
    rows, buttons = [], []
    for purpose in Purpose:
        title, grant = text_of(purpose).title, standing.grant(purpose)
        if grant is None:
            state = text("consent.dialogue.not_agreed")
            buttons.append(_titled("give", Answer(purpose, Decision.YES), title))
        else:
            key = "agreed_guardian" if grant.guardian else "agreed"
            date = grant.given_at.astimezone(get_settings().zone).date()
            state = text(f"consent.dialogue.{key}", date=date)
            buttons.append(_titled("withdraw", Answer(purpose, Decision.WITHDRAW), title))
        rows.append(text("consent.dialogue.row", title=title, state=state))
    said = text("consent.dialogue.standing", rows="\n".join(rows), link=f"{get_settings().base_url}{privacy_link()}")
    return Reply(text=said, quick_replies=tuple(buttons))


def withdraw_reply(standing: Standing) -> Reply:
    """Which consent is withdrawn? Only those that stand are offered."""
    buttons = [
        _titled("withdraw", Answer(purpose, Decision.WITHDRAW), text_of(purpose).title)
        for purpose in Purpose
        if standing.allows(purpose)
    ]
    key = "withdraw_which" if buttons else "withdraw_nothing"
    return Reply(text=text(f"consent.dialogue.{key}"), quick_replies=tuple(buttons))


def _button(purpose: Purpose, key: str) -> QuickReply:
    decision = Decision.GUARDIAN if key.startswith("guardian") else Decision(key)
    return QuickReply(title=text(f"consent.button.{key}"), payload=Answer(purpose, decision).payload)


def _titled(key: str, answer: Answer, title: str) -> QuickReply:
    return QuickReply(title=text(f"consent.button.{key}", title=title), payload=answer.payload)
