"""The red flags in force: those of the files, and over them what two clinicians changed at the console."""

from collections.abc import Mapping
from functools import lru_cache

import structlog
import yaml

from care.emergency.flags import HERE, Catalogue, RedFlagsInvalid, flag_of
from care.emergency.flags import catalogue as of_the_files
from care.published import InForce
from records.published import DocumentKind

log = structlog.get_logger(__name__)


def catalogue() -> Catalogue:
    """What every message is screened for now, in any process, at most a second old."""
    return _in_force()


@lru_cache(maxsize=1)
def file_texts() -> dict[str, str]:
    """Each red flag of the files as it is written, by its id: version 0."""
    whole = (HERE / "red_flags.yaml").read_text(encoding="utf-8")
    root = yaml.compose(whole, Loader=yaml.SafeLoader)
    rows = root.value if isinstance(root, yaml.SequenceNode) else []
    written = [whole[row.start_mark.index : row.end_mark.index] for row in rows]
    texts = [text.rstrip().replace("\n  ", "\n") + "\n" for text in written]
    return dict(zip((flag_id(text) for text in texts), texts, strict=True))


def flag_id(text: str) -> str:
    """The id that the first line of a flag's text gives it."""
    return text.partition("\n")[0].removeprefix("id:").strip()


def _built(published: Mapping[str, str]) -> Catalogue:
    # A published flag that a later release cannot read gives way to the file's: never to none.
    begun, changed = of_the_files(), {}
    for name, text in published.items():
        try:
            changed[name] = flag_of(text, begun.signs)
        except RedFlagsInvalid:
            log.error("published_red_flag_unreadable", flag=name)
    return begun.with_flags(changed)


_in_force = InForce(DocumentKind.RED_FLAG, _built)
