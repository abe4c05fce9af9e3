"""The plans in force: those of the files, and over them what two clinicians changed or added at the console."""

from collections.abc import Mapping

import structlog
import yaml
from pydantic import ValidationError
from sqlalchemy.orm import Session

from care.followup.plans import Plan, file_texts, plan_of, read_plan
from care.published import InForce, UnknownDocument, Version, newest
from records.published import DocumentKind

log = structlog.get_logger(__name__)


def plans() -> Mapping[str, Plan]:
    """Every plan by its id, in any process at most a second old."""
    return _in_force()


def known(session: Session, plan_id: str) -> Version:
    """The version of a plan that is in force; raises ``UnknownDocument``."""
    published = newest(session, DocumentKind.FOLLOW_UP_PLAN, plan_id).get(plan_id)
    if published is not None:
        return published
    if plan_id not in file_texts():
        raise UnknownDocument(plan_id)
    return Version(0, file_texts()[plan_id])


def usable(session: Session, plan_id: str) -> Version:
    """The version that can be used: the newest, or the file's where a later release cannot read that any more. Raises
    ``UnknownDocument``."""
    version = known(session, plan_id)
    try:
        plan_of(version.text)
    except (ValidationError, yaml.YAMLError):
        if plan_id not in file_texts():
            raise UnknownDocument(plan_id) from None
        return Version(0, file_texts()[plan_id])
    return version


def _built(published: Mapping[str, str]) -> Mapping[str, Plan]:
    found = {name: plan_of(text) for name, text in file_texts().items()}
    for name, text in published.items():
        try:
            found[name] = read_plan(text)
        except (ValidationError, yaml.YAMLError):
            # The file's stands, or none of this name: nobody is asked by what cannot be read.
            log.error("published_plan_unreadable", plan=name)
    return dict(sorted(found.items(), key=lambda item: item[1].name))


_in_force = InForce(DocumentKind.FOLLOW_UP_PLAN, _built)
