"""The action server: ``python -m actions.server``. Listens on the loopback address only.

Not ``python -m rasa_sdk``: that listens on every address unless told otherwise, starts worker processes and logs
what comes in.
"""

import importlib
import logging
import pkgutil
import warnings
from typing import Any

from rasa_sdk.executor import ActionExecutor

import actions
import records.tables  # noqa: F401  (every table is known before the first query)
from actions.base import HouseAction
from care.triage import Evidence, assess
from records.logs import configure_logging
from settings import get_settings


class HouseExecutor(ActionExecutor):  # type: ignore[misc]  # rasa_sdk has no types
    """Runs actions without the domain: none of ours reads it, and Rasa 3.6 would have to send it with every call."""

    def update_and_return_domain(self, payload: dict[str, Any], action_name: str) -> dict[str, Any]:
        return {}


def application() -> Any:
    """The Sanic application with every action of this package registered."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from rasa_sdk.endpoint import create_app  # noqa: PLC0415  (warns of its own dependencies when imported)

    executor = HouseExecutor()
    for module in pkgutil.iter_modules(actions.__path__, prefix=f"{actions.__name__}."):
        importlib.import_module(module.name)
    for action in named_actions():
        executor.register_action(action)
    return create_app(executor, cors_origins=[])


def named_actions() -> list[type[HouseAction]]:
    """Every action of the package that has a name of its own; the classes they share have none."""
    found, waiting = [], [HouseAction]
    while waiting:
        for action in waiting.pop().__subclasses__():
            waiting.append(action)
            if "action" in vars(action):
                found.append(action)
    return found


def main() -> None:
    settings = get_settings()
    # Rasa 3.6 and the SDK 3.21 are known to work together; it would say with every call that they differ.
    warnings.filterwarnings("ignore", message="Your versions of rasa and rasa_sdk", category=UserWarning)
    served = application()
    assess(Evidence(texts=("头痛",)))  # so that the first patient does not wait for the weights to be read
    # After the application is made: Sanic and the SDK set up logging of their own, which masks nothing.
    configure_logging(settings.log_level)
    logging.getLogger("rasa_sdk.executor").setLevel(logging.WARNING)
    served.run(
        host="127.0.0.1", port=settings.actions_port, single_process=True, access_log=False, motd=False, debug=False
    )


if __name__ == "__main__":
    main()
