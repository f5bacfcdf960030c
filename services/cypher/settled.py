"""Waits until no load and no write-back is under way: an analyst's own query sees every edge, also staged ones."""

import time
from dataclasses import dataclass
from typing import Any

from services.cypher.errors import GraphChanging
from services.graph.store import Store

_TICK_SECONDS = 0.25
REMEDY = (
    "ask again later; or keep to what readers see (WHERE edge.load_id IN $load_ids, or edge.run_id IN $run_ids: both "
    "are filled in for you) and say --unsettled; if no command is at work, the next one that loads or trains clears "
    "away what a killed one left"
)

KEPT_REMEDY = (
    "keep to what readers see (WHERE edge.load_id IN $load_ids: it is filled in for you) and say --unsettled, or keep "
    "one release only (LOCUSGRAPH_KEPT_RELEASES=1, from the next load on)"
)


@dataclass(frozen=True, slots=True)
class GraphState:
    """The release that readers see, and whether the graph holds more than that.

    Attributes
    ----------
    number, load_ids, run_ids, champion_run_id
        Of the current release.
    n_changes
        Changes begun so far.
    changing
        What is under way; None when nothing is.
    inactive
        Loads and runs that have edges and that no release names.
    kept
        Loads that the current release does not name and whose edges stay for an older one, or wait to be deleted.
    """

    number: int
    load_ids: tuple[str, ...]
    run_ids: tuple[str, ...]
    champion_run_id: str | None
    n_changes: int
    changing: str | None
    inactive: tuple[str, ...]
    kept: tuple[str, ...]

    @property
    def is_settled(self) -> bool:
        """Whether the graph holds exactly what readers see."""
        return self.changing is None and not self.inactive and not self.kept

    @property
    def is_kept_so(self) -> bool:
        """Whether nothing is under way and older releases are kept beside the current one: waiting is no use."""
        return self.changing is None and not self.inactive and bool(self.kept)

    def describe_change(self) -> str:
        """What is under way."""
        return "; ".join([*([self.changing] if self.changing else []), *(self.inactive + self.kept)[:3]])

    def parameters(self) -> dict[str, Any]:
        """What is filled in for every query: ``$load_ids``, ``$run_ids`` and ``$champion_run_id``."""
        return {
            "load_ids": list(self.load_ids),
            "run_ids": list(self.run_ids),
            "champion_run_id": self.champion_run_id,
        }


def read_state(store: Store) -> GraphState:
    """Read the state of the graph.

    Raises
    ------
    StoreUnavailable
        In an outage.
    """
    row = store.read("analyst/read_state")[0]
    known: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    return GraphState(**known)


def await_settled(store: Store, seconds: float) -> GraphState:
    """Wait until the graph holds exactly what readers see; its state then.

    Raises
    ------
    GraphChanging
        When it does not within `seconds`.
    """
    until = time.monotonic() + seconds
    while not (state := read_state(store)).is_settled:
        if state.is_kept_so:
            raise GraphChanging(
                "the graph also holds edges of older, kept releases, so that edges could be counted twice",
                seen=state.describe_change(),
                remedy=KEPT_REMEDY,
                is_lasting=True,
            )
        if time.monotonic() >= until:
            raise GraphChanging(
                "the graph is being changed, so that edges could be counted twice",
                seen=f"{state.describe_change()} after {seconds:g} s",
                remedy=REMEDY,
                is_lasting=True,
            )
        time.sleep(_TICK_SECONDS)
    return state


def check_unchanged(store: Store, before: GraphState) -> None:
    """See that the graph did not change while a query ran.

    Raises
    ------
    GraphChanging
        When it did.
    """
    after = read_state(store)
    same = (after.number, after.n_changes) == (before.number, before.n_changes)
    if not same or not after.is_settled:
        raise GraphChanging(
            "the graph was changed while the query ran, so that edges could have been counted twice",
            seen=f"release {before.number}, now {after.number}; {after.describe_change() or 'settled again'}",
            remedy="ask again",
            is_lasting=False,
        )
