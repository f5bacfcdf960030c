"""Named errors of the mixed models.

Exception
└── MixedModelError     an analysis of people's genotypes that cannot be made; nothing was written
    ├── RequestError    choices that contradict each other, or that nobody offers
    └── MatchError      genotypes, tables and kinship that share too little
"""


class MixedModelError(Exception):
    """An analysis of people's genotypes that cannot be made; nothing was written.

    Parameters
    ----------
    rule
        The rule that was broken, as a clause without a full stop.
    seen
        The value that broke it.
    where
        File or option.
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


class RequestError(MixedModelError):
    """Choices that contradict each other, or that nobody offers."""


class MatchError(MixedModelError):
    """Genotypes, tables and kinship that share too little."""
