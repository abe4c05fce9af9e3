"""Is a request from our own page? A foreign page must not speak with a patient's cookie."""

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from settings import get_settings


def same_origin(connection: HTTPConnection) -> bool:
    """Whether the browser says that the page it runs is ours. Without an ``Origin``: no."""
    origin = urlsplit(connection.headers.get("origin", ""))
    if origin.scheme not in {"http", "https"} or not origin.netloc:
        return False
    ours = {connection.headers.get("host", "").lower(), urlsplit(get_settings().base_url).netloc.lower()}
    return origin.netloc.lower() in ours


def foreign(connection: HTTPConnection) -> bool:
    """Whether the browser says that the page it runs is another's.

    Programs that are no browser send no ``Origin`` and carry nobody's cookie but their own.
    """
    return "origin" in connection.headers and not same_origin(connection)
