"""Values as they are stored and shown: numbers that are none become null."""

import math
from collections.abc import Mapping
from typing import Any


def known(value: float | None) -> float | None:
    """The number, or None where it is none (NaN, infinite, absent)."""
    return None if value is None or not math.isfinite(value) else float(value)


def to_json(value: Any) -> Any:
    """Plain JSON values of nested results; a number that is none becomes null."""
    if isinstance(value, Mapping):
        return {str(name): to_json(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [to_json(each) for each in value]
    if isinstance(value, float):
        return known(value)
    return value
