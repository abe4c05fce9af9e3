"""What browser and gateway say to each other over the WebSocket, as JSON."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

# What a browser calls a message of its own.
CLIENT_ID = r"[A-Za-z0-9_-]{8,64}"
ClientId = Annotated[str, Field(pattern=f"^{CLIENT_ID}$")]


class _Frame(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class ClientMessage(_Frame):
    """A text. ``id`` is the browser's own; sending it again changes nothing."""

    type: Literal["message"]
    id: ClientId
    text: str


class ClientChoice(_Frame):
    """A pressed button: the patient sees ``title``, the assistant hears ``payload``."""

    type: Literal["choice"]
    id: ClientId
    title: str = Field(max_length=200)
    payload: str = Field(max_length=2000)


class ClientResume(_Frame):
    """Send everything after ``last_seq``; the first frame of every connection."""

    type: Literal["resume"]
    last_seq: int = Field(ge=0, le=2**31 - 1)


class ClientSeen(_Frame):
    """The page has everything up to ``last_seq``: those replies count as delivered."""

    type: Literal["seen"]
    last_seq: int = Field(ge=0, le=2**31 - 1)


class ClientPing(_Frame):
    type: Literal["ping"]


ClientFrame = ClientMessage | ClientChoice | ClientResume | ClientSeen | ClientPing
_client_frame: TypeAdapter[ClientFrame] = TypeAdapter(Annotated[ClientFrame, Field(discriminator="type")])


def parse_client_frame(raw: str) -> ClientFrame:
    """The frame in ``raw``; raises ``pydantic.ValidationError``."""
    return _client_frame.validate_json(raw)


class ShownMessage(BaseModel):
    """One message as its own patient sees it: personal data masked, tokens replaced by their shown forms.

    ``client_id`` is the browser's id of a message it sent itself; ``label`` is "由AI提供" on automatic messages
    (GB 45438-2025, 互联网信息服务深度合成管理规定 art. 17).
    """

    type: Literal["message"] = "message"
    seq: int
    id: str
    client_id: str | None
    author: Literal["patient", "bot", "staff"]
    kind: str
    text: str
    card: dict[str, Any] | None
    quick_replies: list[dict[str, str]]
    created_at: datetime
    label: str
    state: str
    media: str | None = Field(description="Path of the picture, video or file, for this browser only")
    stage: str | None = Field(default=None, description="How far a file has come: see records.conversations.MediaStage")


class ShownError(BaseModel):
    """What went wrong, in words for a patient; ``code`` is for the page."""

    code: str
    text: str


class SessionOpened(BaseModel):
    """``session`` changes when the browser has become another patient's (or its token expired)."""

    session: str


class History(BaseModel):
    """Messages in order, oldest first; ``earlier`` says that there are more before them."""

    messages: list[ShownMessage]
    earlier: bool
    holder: str


class MediaAccepted(BaseModel):
    id: str
    seq: int
    state: str
    duplicate: bool


class Limits(BaseModel):
    """Bytes, and characters of a text."""

    text_chars: int
    image_bytes: int
    video_bytes: int
    voice_bytes: int
    file_bytes: int


class ChatConfig(BaseModel):
    """What anybody may know of the hospital before saying a word."""

    hospital_name: str
    welcome: str
    emergency_entrance: str
    emergency_phone: str
    service_phone: str
    timezone: str
    limits: Limits
    accepted_types: dict[str, list[str]]
