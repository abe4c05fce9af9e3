"""A rotation begun: new master keys, and the job that does the rest."""

from datetime import datetime

from sqlalchemy import select

from records.audit import Action, Actor, audit
from records.database import read_scope, session_scope, utc_now
from records.keys import KeyClass
from records.vault.data_keys import note_master
from records.vault.installed import get_vault
from records.vault.job import enqueue_renewal, grace_s
from records.vault.retiring import earlier_use
from records.vault.tables import DataKey
from records.vault.vault import Vault


def rotate_keys(vault: Vault, *, actor: Actor, data_keys: bool, retire: bool, now: datetime) -> dict[KeyClass, str]:
    """Make a new master key of each class the active one, and put the renewal into the worker's queue; returns the
    new keys' ids. With ``data_keys``, owners get new data keys too and everything is encrypted anew.

    Other processes need no restart: they look at the ring before they wrap, and at a key id that they do not know.
    Raises ``VaultKeyError``.
    """
    with session_scope() as session:
        # Nothing may hang on a master key alone when it stops being the active one.
        vault.prepare(session)
        made = {key_class: vault.provider.rotate(key_class) for key_class in KeyClass}
        for master_id in made.values():
            note_master(session, master_id)
        audit(
            session,
            actor=actor,
            action=Action.ROTATE_KEYS,
            patient=None,
            subject=f"master_key:{made[KeyClass.NORMAL]}",
            details={"data_keys": int(data_keys), "retire": int(retire)},
        )
    enqueue_renewal(
        f"keys:{made[KeyClass.NORMAL]}", data_keys_before=now if data_keys else None, retire=retire, grace_s=grace_s()
    )
    return made


def renew_what_is_due() -> bool:
    """Ask for the renewal of what was sealed before there were data keys, and of data keys that a rotation which was
    cut off left under an earlier master key; whether there was any. One day is one job."""
    active = {get_vault().provider.active_id(key_class) for key_class in KeyClass}
    with read_scope() as session:
        left = session.scalar(select(DataKey.id).where(DataKey.master_id.not_in(active)).limit(1))
        if left is None and not earlier_use(session):
            return False
    enqueue_renewal(f"keys:due:{utc_now():%Y-%m-%d}", data_keys_before=None, retire=False, grace_s=grace_s())
    return True
