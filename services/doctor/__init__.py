"""Looks at everything the product stands on and says what is wrong and what to do about it."""

from services.doctor.examination import examine
from services.doctor.finding import Finding, State

__all__ = ["Finding", "State", "examine"]
