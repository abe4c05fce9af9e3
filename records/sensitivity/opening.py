"""The one way in which the house itself, and its own patient, read clauses of level 5: in memory, and audited."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from records.audit import Action, Actor, ActorKind, audit
from records.sensitivity.tokens import holds, open_tokens
from records.vault import Vault


def opened_for(session: Session, vault: Vault, *, owner: str, texts: Sequence[str], actor: Actor) -> list[str]:
    """``texts`` of ``owner`` with what is of level 5 opened; one audit row says by whom (``house("triage")``, or the
    patient), none where nothing had to be opened. The result may be kept nowhere: no slot, no log, no card, no row."""
    sealed = sum(map(holds, texts))
    if not sealed:
        return list(texts)
    audit(
        session,
        actor=actor,
        action=Action.OPEN_SENSITIVE,
        patient=owner,
        subject=f"account:{owner}",
        details={"texts": sealed},
    )
    return [open_tokens(session, vault, owner=owner, text=text) for text in texts]


def house(purpose: str) -> Actor:
    """The house itself, reading for one ``purpose``."""
    return Actor(ActorKind.SYSTEM, purpose)
