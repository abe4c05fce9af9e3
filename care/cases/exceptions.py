"""Why a case cannot be had."""


class CaseNotFound(LookupError):
    """There is no case with this id."""


class CaseClaimed(Exception):
    """Somebody else has this case; the argument is their user name."""


class CaseClosed(Exception):
    """This case is closed; nothing more is done to it."""
