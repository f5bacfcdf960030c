"""The error of inputs that cannot be analysed: rule, value seen, place, remedy."""

from loaders.errors import RuleError
from services.statistics.errors import StatisticsError


class InputsError(RuleError, StatisticsError):
    """Statistics, LD scores or annotations that do not fit each other, or cannot be analysed."""
