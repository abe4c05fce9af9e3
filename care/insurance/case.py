"""What is asked: the facts of one person's insurance and one bill, as they are gathered over a conversation."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from care.insurance.policy import Birth, DrugClass, Level, Scheme, Setting

Amount = Annotated[Decimal, Field(ge=0, le=Decimal("100000000"), decimal_places=2)]


class Case(BaseModel):
    """None means not known. Amounts are yuan; ``class_b`` and ``class_c`` are parts of the bill."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scheme: Scheme | None = None
    retired: bool | None = None
    setting: Setting | None = None
    level: Level | None = None
    birth: Birth | None = None
    amount: Amount | None = None
    class_b: Amount = Decimal(0)
    class_c: Amount = Decimal(0)
    stays_before: int = Field(default=0, ge=0, le=365)
    deductible_met: bool = False
    paid_this_year: Amount = Decimal(0)
    away: bool = False
    """Insured here and treated elsewhere."""
    registered: bool | None = None
    referred: bool | None = None
    on: date | None = None

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        if self.amount is not None and self.class_b + self.class_c > self.amount:
            raise ValueError("the parts are more than the bill")
        return self


class Inquiry(BaseModel):
    """A case, and what the patient wants to know of it. Kept in the conversation between the turns."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    case: Case = Case()
    uninsured: bool = False
    insured_elsewhere: bool = False
    where_unclear: bool = False
    """ "异地": here insured and treated elsewhere, or the other way round?"""
    article: str | None = None
    drug_class: DrugClass | None = None
    facet: str | None = None
    level_named: bool = False
    wants_sum: bool = False
    outside: str | None = None
    """A word for something that the policy does not speak of."""
    asked: str | None = None
    """The question that waits for an answer."""
