"""Who is asking, as the audit names them."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from care.staff import session_id
from clinic.signing_in import COOKIE, SignedIn, address_of
from records.audit import Actor, ActorKind
from records.staff import Role


@dataclass(frozen=True, slots=True)
class Seat:
    """One signed-in browser: ``session`` is the id its session is kept under."""

    actor: Actor
    session: str
    role: Role

    @property
    def username(self) -> str:
        return self.actor.id


def seat(request: Request, me: SignedIn) -> Seat:
    """The seat of whoever is signed in; 401 when nobody is."""
    actor = Actor(ActorKind.STAFF, me.username, address_of(request))
    return Seat(actor, session_id(request.cookies.get(COOKIE, "")), Role(me.role))


AtSeat = Annotated[Seat, Depends(seat)]
