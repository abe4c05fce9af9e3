"""Which of the cases that the machine calls low-risk a person looks at all the same."""

from hashlib import sha256

_WHOLE = 2**32


def is_drawn(key: str, share: float) -> bool:
    """Whether the case of ``key`` (a finding's or a message's id) is among the ``share`` (0 to 1) that is drawn.

    The same key is always drawn or never, so a job that runs again decides alike.
    """
    return int.from_bytes(sha256(f"second look:{key}".encode()).digest()[:4], "big") < share * _WHOLE
