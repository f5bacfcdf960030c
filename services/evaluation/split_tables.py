"""Cells of the tables of S3 and S4, where there may be nothing to average."""

import math

from models.pinsage.evaluation import Measure


def show_interval(measure: Measure, *, is_signed: bool = False) -> str:
    """An estimate with its interval; a dash where there is none."""
    if math.isnan(measure.estimate):
        return "–"
    sign = "+" if is_signed else ""
    return f"{measure.estimate:{sign}.3f} [{measure.lower:{sign}.3f}, {measure.upper:{sign}.3f}]"


def show_estimate(measure: Measure) -> str:
    """An estimate alone; a dash where there is none."""
    return "–" if math.isnan(measure.estimate) else f"{measure.estimate:.3f}"
