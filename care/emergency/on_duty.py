"""Who is called when nobody acknowledges an alert: the list of ``on_duty.yaml``, or the hospital's own."""

from datetime import timedelta
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from settings import get_settings

OURS = Path(__file__).parent / "on_duty.yaml"


class OnDutyInvalid(ValueError):
    """The list of who is on duty cannot be used; the message names the file and the place."""


class Step(BaseModel):
    """Whom an alert reaches after so many seconds; ``call`` is the address for the pager."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    after_s: int = Field(ge=10, le=86_400)
    name: str = Field(min_length=1, max_length=32)
    call: str = Field(default="", max_length=64)


class OnDuty(BaseModel):
    """The list, in order; an alert on a step rings again every ``again_every_s`` seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    again_every_s: int = Field(ge=10, le=3600)
    steps: tuple[Step, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_later(self) -> "OnDuty":
        times = [step.after_s for step in self.steps]
        if times != sorted(set(times)):
            raise ValueError("each step must be later than the one before")
        return self

    def level(self, waited: timedelta) -> int:
        """How many steps an alert has climbed after ``waited``: 0 is none, 1 the first of ``steps``."""
        return sum(waited >= timedelta(seconds=step.after_s) for step in self.steps)

    def name(self, level: int) -> str:
        """Whom an alert on this level has called last; empty for none. A list made shorter since names its last."""
        return self.steps[min(level, len(self.steps)) - 1].name if level > 0 else ""


def read(file: Path) -> OnDuty:
    """The list in ``file``; raises :class:`OnDutyInvalid`."""
    try:
        return OnDuty.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError) as error:
        raise OnDutyInvalid(f"{file.name}: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise OnDutyInvalid(f"{file.name}, {'.'.join(map(str, first['loc'])) or 'list'}: {first['msg']}") from error


@lru_cache(maxsize=1)
def on_duty() -> OnDuty:
    """The list of this installation, read once; raises :class:`OnDutyInvalid`."""
    return read(get_settings().on_duty or OURS)
