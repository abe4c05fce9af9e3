"""A file that its own engine gave up is no other engine's to refuse: a person looks at it."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from care.analysis import Asked, Concluded, Seen
from care.media import Answer, NotAnalysed, VisionClient
from care.report.analyst import seen_in
from channels import media_job
from channels.inbound import Kind
from records.findings import Finding, FindingKind
from settings import Settings
from tests.integration.media.files import png, sent

pytestmark = pytest.mark.usefixtures("database")

NOTHING_READ = Answer({"kind": "none", "items": [], "quality": {"problem": "no_text"}, "version": "t"}, {})
READ = Answer({"kind": "lab", "items": [{"name": "钾"}], "quality": {"problem": "half_page"}, "version": "t"}, {})
PHOTO = {"accepted": True, "kind": "photo", "content_type": "image/jpeg", "sentence": ""}


class Engine:
    """One that says what it is told to say."""

    def __init__(self, kind: FindingKind, seen: Seen | NotAnalysed | None) -> None:
        self.kind, self._seen = kind, seen

    def takes(self, asked: Asked) -> bool:
        return True

    def look(self, session: Session, asked: Asked, vision: VisionClient) -> Seen | None:
        if isinstance(self._seen, NotAnalysed):
            raise self._seen
        return self._seen

    def conclude(self, session: Session, finding: Finding, data: dict[str, Any]) -> Concluded:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("skin", "report", "found"),
    [
        (NotAnalysed("weights_off"), NOTHING_READ, None),
        (NotAnalysed("weights_off"), READ, FindingKind.REPORT),
        (None, NOTHING_READ, FindingKind.REPORT),  # its gate called it a sheet: the report reader says what is wrong
    ],
)
def test_who_has_the_last_word(
    house: Settings,
    monkeypatch: pytest.MonkeyPatch,
    skin: NotAnalysed | None,
    report: Answer,
    found: FindingKind | None,
) -> None:
    message_id = sent(house, png(), kind=Kind.IMAGE)
    engines = (Engine(FindingKind.SKIN, skin), Engine(FindingKind.REPORT, seen_in(report)))
    monkeypatch.setattr(media_job, "ANALYSTS", {engine.kind: engine for engine in engines})
    finding_id = media_job.analyse(message_id, "photo", PHOTO)
    with media_job.read_scope() as session:
        kept = session.get_one(Finding, finding_id).kind if finding_id else None
    assert kept == found
