"""What patients may ask for about their own data: to see, to take along, to have erased, to be told why."""

from care.rights import identity
from care.rights.erasure import ErasurePlan, UnderLegalHold, erase, plan_erasure
from care.rights.export import Copy, collect, write_copy
from care.rights.files import ExportGone, export_file, open_export, seal_export
from care.rights.requests import ask, forget_what_was_told, session_has_ended, take, try_later, waiting
from care.rights.wishes import Wish, wish_in

__all__ = [
    "Copy",
    "ErasurePlan",
    "ExportGone",
    "UnderLegalHold",
    "Wish",
    "ask",
    "collect",
    "erase",
    "export_file",
    "forget_what_was_told",
    "identity",
    "open_export",
    "plan_erasure",
    "seal_export",
    "session_has_ended",
    "take",
    "try_later",
    "waiting",
    "wish_in",
    "write_copy",
]
