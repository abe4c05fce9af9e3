"""What the media job does when one of its steps fails for good."""

from typing import Any

import pytest

from channels import media_job

ACCEPTED = {"accepted": True, "kind": "photo", "content_type": "image/jpeg", "sentence": "收到"}


def test_a_file_that_could_not_be_kept_is_not_analysed_but_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []

    def full(*_: object) -> str:
        raise OSError("no space left")

    monkeypatch.setattr(media_job, "fetch", lambda _: {"file": "photo", "kind": "photo", "sentence": ""})
    monkeypatch.setattr(media_job, "look", lambda _: ACCEPTED)
    monkeypatch.setattr(media_job, "keep_file", full)
    monkeypatch.setattr(media_job, "analyse", lambda *_: pytest.fail("nothing is kept that findings could be about"))
    monkeypatch.setattr(media_job, "wipe", lambda _: None)
    monkeypatch.setattr(media_job, "tell", lambda *said: told.append(said))
    assert media_job.take_media.__wrapped__("m1") == "refused"
    [(message, judgement, finding)] = told
    assert (message, judgement["accepted"], finding) == ("m1", False, None)
