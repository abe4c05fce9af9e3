"""``python -m gateway``: serves on the address in the settings until it is told to stop."""

import uvicorn

from gateway.app import create_app
from gateway.connections import ImpatientProtocol
from settings import get_settings

# Longer than a turn normally takes: what is running is answered before the process ends.
GRACE_S = 8


def main() -> None:
    settings = get_settings()
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        # Our own logging, which masks, is set up by the application; access logs would hold addresses.
        log_config=None,
        access_log=False,
        server_header=False,
        # Whom a proxy speaks for is found out by our own fence, which believes named proxies only.
        proxy_headers=False,
        http=ImpatientProtocol,
        timeout_graceful_shutdown=GRACE_S,
        ws="websockets-sansio",
        ws_per_message_deflate=False,  # frames are a few hundred bytes
        ws_max_size=1024 * 1024,
    )


if __name__ == "__main__":
    main()
