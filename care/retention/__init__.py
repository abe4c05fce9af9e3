"""How long what is kept, by which rule; legal holds; the nightly job that reports before it removes."""

from care.retention.clocks import Clock, ClockName, clocks
from care.retention.due import Times, overdue, times
from care.retention.holds import HoldWithoutReason, NoSuchAccount, held_accounts, hold, holds, release
from care.retention.logs import delete_old_logs, rotate_logs
from care.retention.removal import remove_account, remove_dialogue, remove_originals, remove_unrelated
from care.retention.reports import Forget, Removed, nightly, report, run

__all__ = [
    "Clock",
    "ClockName",
    "Forget",
    "HoldWithoutReason",
    "NoSuchAccount",
    "Removed",
    "Times",
    "clocks",
    "delete_old_logs",
    "held_accounts",
    "hold",
    "holds",
    "nightly",
    "overdue",
    "release",
    "remove_account",
    "remove_dialogue",
    "remove_originals",
    "remove_unrelated",
    "report",
    "rotate_logs",
    "run",
    "times",
]
