"""What a worker of the ``skin`` trade does: one photo, or two of one lesion, from an open descriptor."""

import io
import os
from typing import Any

from vision.skin.answering import NotAPhoto, findings, gate, history_of, network, pictures, read
from vision.skin.compare import compared
from vision.skin.network import Kind, WeightsOff


def prepare() -> None:
    """Load everything while nobody waits."""
    gate().load()
    for kind in Kind:
        network(kind).load()


def skin(descriptor: int, asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """``{"kind", "history", "non_commercial", "coin_mm"}`` asked; the findings with ``parts``, the names and lengths of
    the PNGs in the bytes after them; or the ``problem``."""
    with os.fdopen(os.dup(descriptor), "rb") as file:
        try:
            one = read(
                file,
                kind=Kind(asked["kind"]),
                history=history_of(asked.get("history")),
                non_commercial=asked.get("non_commercial", True),
            )
        except NotAPhoto as why:
            return {"problem": str(why)}, b""
        except WeightsOff:
            return {"problem": "weights_off"}, b""
        except MemoryError:
            return {"problem": "unsafe"}, b""
    return _packed(findings(one, coin_mm=asked.get("coin_mm")), pictures(one))


def compare(descriptor: int, asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """``{"kind", "first_bytes", "non_commercial"}`` asked of a file that is two photos one after the other;
    the change with ``parts`` as of :func:`skin`, or the ``problem``."""
    first = int(asked["first_bytes"])
    with os.fdopen(os.dup(descriptor), "rb") as file:
        file.seek(0)
        photos = io.BytesIO(file.read(first)), io.BytesIO(file.read())
    try:
        both = [read(one, kind=Kind(asked["kind"]), non_commercial=asked.get("non_commercial", True)) for one in photos]
        change, drawn = compared(both[0], both[1])
    except NotAPhoto as why:
        return {"problem": str(why)}, b""
    except WeightsOff:
        return {"problem": "weights_off"}, b""
    except MemoryError:
        return {"problem": "unsafe"}, b""
    return _packed(change, drawn)


def _packed(told: dict[str, Any], drawn: dict[str, bytes]) -> tuple[dict[str, Any], bytes]:
    return told | {"parts": [[name, len(data)] for name, data in drawn.items()]}, b"".join(drawn.values())
