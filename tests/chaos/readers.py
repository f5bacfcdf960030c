"""A reader that looks all the while: what it counts must be what a whole release has."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import neo4j
from neo4j.exceptions import DriverError, Neo4jError

from tests.chaos.world import World

RELEASE = (
    "MATCH (r:Release) RETURN r.load_ids AS loads, r.run_ids AS runs, r.number AS number ORDER BY number DESC LIMIT 1"
)
COUNTS = (
    "CALL () { MATCH ()-[e:MQTL|EQTL|ASSOCIATED_WITH]->() WHERE e.load_id IN $loads RETURN count(e) AS measured, "
    "count(DISTINCT e.edge_key) AS keys } "
    "CALL () { MATCH ()-[e:PREDICTED_ASSOCIATION]->() WHERE e.run_id IN $runs RETURN count(e) AS predicted } "
    "RETURN measured, keys, predicted"
)

State = tuple[tuple[str, ...], tuple[str, ...]]
Counts = tuple[int, int, int]


class Reader:
    """A thread that counts the current release's edges again and again.

    A count is judged when the release was the same before and after it: it must be what that release's loads and runs
    have in the undisturbed run. Errors of the connection are outages, and counted.
    """

    def __init__(self, world: World, whole: Mapping[State, Counts]) -> None:
        self.whole = whole
        self.half_states: list[str] = []
        self.n_looks = self.n_outages = 0
        address = world.server.address
        auth = (address.user, address.password.get_secret_value())
        self._driver = neo4j.GraphDatabase.driver(address.uri, auth=auth, notifications_min_severity="OFF")
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over.set()
        self._thread.join()
        self._driver.close()

    def _look(self) -> None:
        while not self._is_over.wait(0.02):
            try:
                with self._driver.session(default_access_mode="READ") as session:
                    self._judge(session)
            except (DriverError, Neo4jError):
                self.n_outages += 1
                self._is_over.wait(0.2)

    def _judge(self, session: neo4j.Session) -> None:
        before = session.run(RELEASE).data()
        if not before:
            self.half_states.append("no release at all")
            return
        seen = count_release(session, before[0])
        if session.run(RELEASE).data() != before:
            return
        self.n_looks += 1
        state = state_of(before[0])
        wanted = self.whole.get(state)
        if seen != wanted:
            self.half_states.append(f"release {before[0]['number']} shows {seen}, whole it has {wanted}")


def count_release(session: neo4j.Session, release: dict[str, Any]) -> Counts:
    """Measured edges, their keys, predicted edges."""
    row = session.run(COUNTS, loads=release["loads"], runs=release["runs"]).data()[0]
    return row["measured"], row["keys"], row["predicted"]


def state_of(release: dict[str, Any]) -> State:
    """Loads and runs."""
    return tuple(sorted(release["loads"])), tuple(sorted(release["runs"]))


def whole_state(world: World) -> tuple[State, Counts]:
    """The present release, when nothing happens."""
    with world.driver.session() as session:
        release = session.run(RELEASE).data()[0]
        return state_of(release), count_release(session, release)
