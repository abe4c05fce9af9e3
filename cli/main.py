"""``xinglin``: what operators and measurements call, on the same code as the house.

A subcommand is a module of this package whose function (or group of commands) bears the same name. Heavy imports
(models, the database) belong inside that function, so that ``xinglin mask`` never waits for what triage needs.
"""

from importlib import import_module
from importlib.util import find_spec

import typer

from records.logs import configure_logging

COMMANDS = (
    "triage",
    "emergency",
    "insurance",
    "rehab",
    "skin",
    "report",
    "mask",
    "staff",
    "audit",
    "partner",
    "backup",
    "restore",
    "keys",
    "retention",
    "patient",
    "labels",
    "demo",
)

app = typer.Typer(
    name="xinglin",
    help="杏林: JSON lines in, JSON lines out, progress on stderr.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # a pretty traceback prints local variables, a patient's words among them
)


@app.callback()
def xinglin() -> None:
    """杏林: JSON lines in, JSON lines out, progress on stderr."""
    configure_logging("WARNING", "stderr")  # what the house would log is no line of the answer


def register(names: tuple[str, ...] = COMMANDS) -> None:
    """Add to ``app`` each named subcommand that this installation has."""
    for name in names:
        if find_spec(f"cli.{name}") is not None:
            command = getattr(import_module(f"cli.{name}"), name)
            if isinstance(command, typer.Typer):
                app.add_typer(command, name=name)
            else:
                app.command(name)(command)


register()
