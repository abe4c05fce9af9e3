"""Logs: JSON lines with nothing personal in them; a service's on standard output, the command line's on standard error.

Every logger of the process ends here, the libraries' too. Masking here is the second fence: no code of the house
hands a patient's words to a logger in the first place.
"""

import logging
import re
import sys
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from traceback import walk_tb
from types import TracebackType
from typing import Any, Literal

import structlog
from structlog.typing import EventDict, ExcInfo, WrappedLogger

from records.masking import mask

_OURS = frozenset(
    {"actions", "care", "channels", "cli", "clinic", "gateway", "hospital", "language", "records", "settings"}
)
_TAKEN_OVER = (
    "uvicorn",
    "uvicorn.error",
    "uvicorn.access",
    "httpx",
    "httpcore",
    "sqlalchemy",
    "alembic",
    "dbos",
    "sanic",
)
_QUIET = ("httpx", "httpcore", "alembic", "asyncio")  # httpx tells each address, and WeChat's hold an access token
_SECRET = re.compile(
    r"((?<![a-z_])(?:access_token|token|secret|password|signature|msg_signature|openid|echostr|key|ticket|code)[\"']?\s?[=:]\s?[\"']?)"
    r"[^&\s\"',}]{4,}",
    re.IGNORECASE,
)
_IDENTIFIER = re.compile(
    r"(?=\d*[a-f])[0-9a-f]{16}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=\d*[a-f])[0-9a-f]{64}"
)
_TEXT_MAX = 4000
_DEPTH_MAX = 8
_FRAMES_MAX = 12
_PHONE_LIKE = 10**9


def configure_logging(level: str = "INFO", stream: Literal["stdout", "stderr"] = "stdout") -> None:
    """Send every log record of this process, structlog's and the standard library's, to ``stream``.

    Start uvicorn with ``log_config=None``, or it takes its loggers back. Call again after ``DBOS.launch``.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = _StandardStream(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                exceptions_without_their_words,
                mask_values,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.captureWarnings(True)
    for name in _TAKEN_OVER:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.addHandler(logging.NullHandler())  # DBOS adds a console handler of its own to a logger without any
        logger.propagate = True
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


class _StandardStream(logging.Handler):
    """Writes to the stream as it is when the record comes, not as it was when logging was configured."""

    def __init__(self, stream: Literal["stdout", "stderr"]) -> None:
        super().__init__()
        self._stream = stream

    def emit(self, record: logging.LogRecord) -> None:
        try:
            stream = getattr(sys, self._stream)
            stream.write(self.format(record) + "\n")
            stream.flush()
        except Exception:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        # The standard library would print the record's message and arguments, unmasked.
        print(f'{{"event": "a log record could not be written", "logger": "{record.name}"}}', file=sys.stderr)  # noqa: T201


def exceptions_without_their_words(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """``exc_info`` as type and code location. The message is kept only of the house's own exceptions: what
    others put into theirs (a parameter, a line of input) nobody can know."""
    for field in ("exc_text", "stack"):
        event.pop(field, None)
    info: ExcInfo | BaseException | bool | None = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()  # type: ignore[assignment]
    exception = info if isinstance(info, BaseException) else info[1] if isinstance(info, tuple) else None
    if exception is not None:
        event["exception"] = describe_exception(exception)
    return event


def describe_exception(exception: BaseException) -> dict[str, Any]:
    """Type, code locations (innermost last) and what caused it; see ``exceptions_without_their_words``."""
    kind = type(exception)
    described: dict[str, Any] = {
        "type": f"{kind.__module__}.{kind.__qualname__}",
        "at": _locations(exception.__traceback__),
    }
    if kind.__module__.partition(".")[0] in _OURS:
        described["message"] = str(exception)
    causes: list[str] = []
    cause = exception.__cause__ or exception.__context__
    while cause is not None and len(causes) < _DEPTH_MAX:
        causes.append(f"{type(cause).__module__}.{type(cause).__qualname__}")
        cause = cause.__cause__ or cause.__context__
    if causes:
        described["causes"] = causes
    return described


def _locations(traceback: TracebackType | None) -> list[str]:
    frames = [
        f"{frame.f_globals.get('__name__', '?')}:{line} {frame.f_code.co_name}" for frame, line in walk_tb(traceback)
    ]
    return frames[-_FRAMES_MAX:]


def mask_values(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Every value masked, however deep it lies."""
    return {key: _masked(value, 0) for key, value in event.items()}


def _masked(value: Any, depth: int) -> Any:
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, Enum):
        return _masked(value.value, depth)
    if isinstance(value, str):
        return _masked_text(value)
    if isinstance(value, int):
        return value if abs(value) < _PHONE_LIKE else _same_or_text(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return f"<{len(value)} bytes>"
    if depth >= _DEPTH_MAX:
        return "<deeper>"
    if isinstance(value, Mapping):
        return {_masked_text(str(key)): _masked(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(inner, depth + 1) for inner in value]
    if isinstance(value, BaseException):
        return describe_exception(value)
    if isinstance(value, Path):
        return str(value)
    return _masked_text(repr(value))


def _same_or_text(value: int) -> int | str:
    text = str(value)
    return value if (masked := mask(text)) == text else masked


def _masked_text(text: str) -> str:
    if _IDENTIFIER.fullmatch(text):
        return text
    return mask(_SECRET.sub(r"\1***", text[:_TEXT_MAX]))
