"""A nurse at the console, as a script."""

from types import TracebackType
from typing import Any

import httpx

from deploy.trial import Trial

OURS = {"X-Xinglin-Console": "1"}


class Desk:
    """Signed in as the first operator, with the password that the house printed."""

    def __init__(self, house: Trial) -> None:
        self._http = httpx.Client(base_url=f"{house.url}/api/console", headers=OURS, timeout=15.0, trust_env=False)
        answer = self._http.post("/sign-in", json={"username": "admin", "password": house.password})
        answer.raise_for_status()

    def __enter__(self) -> "Desk":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def conversations(self) -> list[dict[str, Any]]:
        return self._get("/conversations")

    def messages(self, conversation_id: str) -> list[dict[str, Any]]:
        return self._get(f"/conversations/{conversation_id}/messages")

    def conversation_saying(self, words: str) -> dict[str, Any]:
        """The conversation whose latest words of the patient hold ``words``."""
        for conversation in self.conversations():
            if words in conversation["last_words"]:
                return conversation
        raise AssertionError(f"nobody said {words!r}")

    def media(self, media_id: str) -> bytes:
        answer = self._http.get(f"/media/{media_id}")
        answer.raise_for_status()
        return answer.content

    def _get(self, path: str) -> list[dict[str, Any]]:
        answer = self._http.get(path)
        answer.raise_for_status()
        rows: list[dict[str, Any]] = answer.json()
        return rows
