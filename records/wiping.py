"""Plain or encrypted files destroyed, not only unlinked."""

import os
from pathlib import Path

WIPED_AT_ONCE = 1024 * 1024


def destroy_file(path: Path) -> bool:
    """Overwrite a file with zeros and remove it (GB/T 22239-2019: residual information); False when there is none.

    On copy-on-write file systems and flash the old blocks may outlive this; what makes kept media unreadable is that
    their data key is gone.
    """
    try:
        with path.open("r+b") as file:
            left = os.fstat(file.fileno()).st_size
            while left > 0:
                left -= file.write(bytes(min(left, WIPED_AT_ONCE)))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        return False
    return True
