"""A nurse at the console, as a script."""

from types import TracebackType
from typing import Any

import httpx

from deploy.trial import Trial
from records.staff import Role
from tests.acceptance.staff import hired
from tests.authenticator import Authenticator

OURS = {"X-Xinglin-Console": "1"}


class Desk:
    """Somebody of the house, signed in with both factors: a clinician of every department, unless said otherwise."""

    def __init__(self, house: Trial, role: Role = Role.CLINICIAN) -> None:
        self._http = httpx.Client(base_url=f"{house.url}/api/console", headers=OURS, timeout=15.0, trust_env=False)
        self.person = hired(house.settings, role)
        self._post("/sign-in", {"username": self.person.username, "password": self.person.password})
        self.person.device = Authenticator(self._post("/sign-in/enrolment")["secret"])
        self._post("/sign-in/enrolment/confirm", {"code": self.person.code()})

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

    def get(self, path: str) -> Any:
        """Whatever stands at a path of the console's API."""
        answer = self._http.get(path)
        answer.raise_for_status()
        return answer.json()

    def post(self, path: str, body: object = None) -> Any:
        """Have something done at a path of the console's API."""
        answer = self._http.post(path, json=body)
        answer.raise_for_status()
        return answer.json()

    def figures(self) -> dict[str, Any]:
        """The figures of the last seven days."""
        answer = self._http.get("/figures")
        answer.raise_for_status()
        figures: dict[str, Any] = answer.json()
        return figures

    def media(self, media_id: str) -> bytes:
        answer = self._http.get(f"/media/{media_id}")
        answer.raise_for_status()
        return answer.content

    def _post(self, path: str, body: dict[str, str] | None = None) -> dict[str, Any]:
        answer = self._http.post(path, json=body)
        answer.raise_for_status()
        given: dict[str, Any] = answer.json()
        return given

    def _get(self, path: str) -> list[dict[str, Any]]:
        answer = self._http.get(path)
        answer.raise_for_status()
        rows: list[dict[str, Any]] = answer.json()
        return rows
