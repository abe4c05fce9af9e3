"""The key of Rasa's trackers: made with the house, and renewed while it runs."""

import base64
from secrets import token_bytes

from deploy.processes import tracker_key_file
from records.keys import KEY_BYTES, VaultKeyError
from records.keys.files import alone_in, write_secret
from settings import Settings


def add_tracker_key(settings: Settings) -> None:
    """Put a new key behind those in the file, or make the file. Rasa sees it with the next message, seals under it
    from then on, seals its older trackers anew, and drops the older keys itself. Raises ``VaultKeyError``."""
    file = tracker_key_file(settings)
    try:
        with alone_in(file.parent):
            content = file.read_bytes() if file.exists() else b""
            raw = len(content) == KEY_BYTES  # as a file of an earlier version may be
            lines = [base64.b64encode(content)] if raw else content.split()
            lines.append(base64.b64encode(token_bytes(KEY_BYTES)))
            write_secret(file, "".join(f"{line.decode('ascii')}\n" for line in lines))
    except (OSError, UnicodeDecodeError):
        raise VaultKeyError(f"the tracker's key at {file} cannot be renewed") from None
