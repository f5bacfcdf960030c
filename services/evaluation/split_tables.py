"""The tables of the splits that use other data (S3) and later data (S4)."""

import math
from dataclasses import dataclass

from models.pinsage.evaluation import Measure


@dataclass(frozen=True)
class Table:
    """Title, header, rows and a note below; the first column holds names."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def show_interval(measure: Measure, *, is_signed: bool = False) -> str:
    """An estimate with its interval; a dash where there is none."""
    if math.isnan(measure.estimate):
        return "–"
    sign = "+" if is_signed else ""
    return f"{measure.estimate:{sign}.3f} [{measure.lower:{sign}.3f}, {measure.upper:{sign}.3f}]"
