"""When a question is asked again or given up (``rules.yaml``). Quiet hours are those of every reminder of the house
(``care.rehab.schedule``)."""

from datetime import timedelta
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from care.rehab.rules import Limit

FILE = Path(__file__).parent / "rules.yaml"


class Rules(BaseModel):
    """All of ``rules.yaml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    remind_after_hours: Limit
    give_up_after_hours: Limit
    consent_days: Limit

    @property
    def remind_after(self) -> timedelta:
        return timedelta(hours=self.remind_after_hours.value)

    @property
    def give_up_after(self) -> timedelta:
        return timedelta(hours=self.give_up_after_hours.value)

    @property
    def consent_within(self) -> timedelta:
        return timedelta(days=self.consent_days.value)


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The rules; raises ``ValidationError``."""
    return Rules.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))
