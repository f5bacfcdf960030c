"""What a ranker is: a name, a fit from training pairs to a scorer, and the settings worth trying."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from models.pinsage.bipartite import BipartiteGraph, LocusPairs
from models.pinsage.ranking import Scorer

Settings = TypeVar("Settings")


@dataclass(frozen=True)
class Ranker(Generic[Settings]):
    """A way to rank LD blocks for a molecule.

    Attributes
    ----------
    name
        Shown in tables.
    fit
        From graph (places, LD; its edges are not read), training pairs and settings to a scorer.
    grid
        Settings to try, the one believed best first: a budget of 1 takes it as it is.
    """

    name: str
    fit: Callable[[BipartiteGraph, LocusPairs, Settings], Scorer]
    grid: tuple[Settings, ...]


@dataclass(frozen=True)
class NoSettings:
    """For rankers that have nothing to tune."""
