"""The action server: ``python -m actions.server``. Listens on the loopback address only.

Not ``python -m rasa_sdk``: that listens on every address unless told otherwise, starts worker processes and logs
what comes in.
"""

import logging
import warnings
from typing import Any

from rasa_sdk.executor import ActionExecutor

import actions
import records.tables  # noqa: F401  (every table is known before the first query)
from settings import get_settings


def application() -> Any:
    """The Sanic application with every action of this package registered."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from rasa_sdk.endpoint import create_app  # noqa: PLC0415  (warns of its own dependencies when imported)

    executor = ActionExecutor()
    executor.register_package(actions)
    return create_app(executor, cors_origins=[])


def main() -> None:
    settings = get_settings()
    logging.basicConfig(level=settings.log_level)
    # Rasa's version differs from the SDK's (3.6 and 3.21 are known to work together); it would say so each time.
    logging.getLogger("rasa_sdk.utils").setLevel(logging.ERROR)
    application().run(
        host="127.0.0.1", port=settings.actions_port, single_process=True, access_log=False, motd=False, debug=False
    )


if __name__ == "__main__":
    main()
