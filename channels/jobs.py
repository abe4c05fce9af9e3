"""The gateway's end of the durable jobs: it puts them into the queue, the worker runs them."""

from functools import cached_property
from pathlib import Path

from dbos import DBOS, DBOSClient, EnqueueOptions
from sqlalchemy import make_url

MEDIA_QUEUE = "media"
MEDIA_WORKFLOW = "take_media"
REHAB_WORKFLOW = "take_named_video"


class JobQueue:
    """Enqueues jobs in DBOS' database; a job's id is its message's, so enqueueing twice is enqueueing once."""

    def __init__(self, url: str) -> None:
        self._url = url

    @cached_property
    def _client(self) -> DBOSClient:
        # The first message with media may come before the first worker has made the tables, or their folder.
        url = make_url(self._url)
        if url.get_backend_name() == "sqlite" and url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        DBOS.migrate(self._url)
        return DBOSClient(system_database_url=self._url)

    def take_media(self, message_id: str) -> None:
        """Have the media of one stored message fetched, checked, kept and put before a person."""
        self._enqueue(MEDIA_WORKFLOW, message_id, job=f"media:{message_id}")

    def take_named_video(self, message_id: str) -> None:
        """Have the kept video of one message looked at as the exercise that the patient has named."""
        self._enqueue(REHAB_WORKFLOW, message_id, job=f"rehab:{message_id}")

    def _enqueue(self, workflow: str, message_id: str, *, job: str) -> None:
        options: EnqueueOptions = {"queue_name": MEDIA_QUEUE, "workflow_name": workflow, "workflow_id": job}
        self._client.enqueue(options, message_id)
