"""A hospital to try the house with: invented doctors, real concurrency."""

from hospital.demo.calendar import close_day, closed_days, reopen_day
from hospital.demo.schedule import extend_schedule, seed

__all__ = ["close_day", "closed_days", "extend_schedule", "reopen_day", "seed"]
