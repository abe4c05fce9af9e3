"""The retention clocks, as data: how long, from when, by which rule (``clocks.yaml``)."""

from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict


class ClockName(StrEnum):
    OUTPATIENT = "outpatient"
    INPATIENT = "inpatient"
    DIALOGUE = "dialogue"
    LOGS = "logs"
    AUDIT = "audit"
    EXPORT = "export"
    SPOOL = "spool"


class Clock(BaseModel):
    """One clock. ``starts`` says from when it counts, where it is a patient's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    years: int = 0
    days: int = 0
    hours: int = 0
    starts: Literal["last_visit", "last_contact"] | None = None
    rule: str
    tables: tuple[str, ...] = ()

    def ends(self, start: datetime) -> datetime:
        """When what began at ``start`` may go; a year is a calendar year."""
        try:
            later = start.replace(year=start.year + self.years)
        except ValueError:  # 29 February
            later = start.replace(year=start.year + self.years, month=3, day=1)
        return later + timedelta(days=self.days, hours=self.hours)

    @property
    def span(self) -> timedelta:
        """How long, for clocks without years."""
        return timedelta(days=self.days, hours=self.hours)


@lru_cache(maxsize=1)
def clocks() -> dict[ClockName, Clock]:
    """Every clock by its name."""
    read = yaml.safe_load((Path(__file__).parent / "clocks.yaml").read_text(encoding="utf-8"))["clocks"]
    return {
        name: Clock.model_validate({("starts" if key == "from" else key): value for key, value in read[name].items()})
        for name in ClockName
    }
