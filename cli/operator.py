"""Who is at the command line, for the audit."""

import getpass

from records.audit import Actor, ActorKind


def operator() -> Actor:
    """The machine's user who runs the command."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):  # a process without a name in the user database
        name = "unnamed"
    return Actor(ActorKind.SYSTEM, f"cli:{name}")
