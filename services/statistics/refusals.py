"""The error of inputs that cannot be analysed: rule, value seen, place, remedy."""

from services.statistics.errors import StatisticsError


class InputsError(StatisticsError):
    """Statistics, LD scores or annotations that do not fit each other, or cannot be analysed.

    Parameters
    ----------
    rule
        The rule that was broken, as a clause without a full stop.
    seen
        The value that broke it.
    where
        File, or study.
    remedy
        What the user can do about it.
    """

    def __init__(self, rule: str, *, seen: object = None, where: object = None, remedy: str | None = None) -> None:
        self.rule, self.seen, self.where, self.remedy = rule, seen, where, remedy
        parts = [rule]
        parts += [f"seen: {seen}"] if seen is not None else []
        parts += [f"in {where}"] if where is not None else []
        parts += [remedy] if remedy is not None else []
        super().__init__("; ".join(parts))
