"""The gateway's end of the durable jobs: it puts them into the queue, the worker runs them."""

from functools import cached_property

from dbos import DBOS, DBOSClient, EnqueueOptions

MEDIA_QUEUE = "media"
MEDIA_WORKFLOW = "take_media"


class JobQueue:
    """Enqueues jobs in DBOS' database; a job's id is its message's, so enqueueing twice is enqueueing once."""

    def __init__(self, url: str) -> None:
        self._url = url

    @cached_property
    def _client(self) -> DBOSClient:
        # The first message with media may come before the first worker has made the tables.
        DBOS.migrate(self._url)
        return DBOSClient(system_database_url=self._url)

    def take_media(self, message_id: str) -> None:
        """Have the media of one stored message fetched, checked, kept and put before a person."""
        options: EnqueueOptions = {
            "queue_name": MEDIA_QUEUE,
            "workflow_name": MEDIA_WORKFLOW,
            "workflow_id": f"media:{message_id}",
        }
        self._client.enqueue(options, message_id)
