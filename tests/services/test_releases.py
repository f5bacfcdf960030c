"""The release switch on a real Neo4j."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from services.graph.store import Store
from services.releases import NO_RELEASE, current_release, switch_release


def test_current_release__before_any_switch(store: Store) -> None:
    assert current_release(store) == NO_RELEASE


def test_switch_release__adds_and_removes(store: Store) -> None:
    switch_release(store, "load a and b", add_load_ids=["b", "a"], add_run_ids=["run"])
    second = switch_release(store, "replace a", add_load_ids=["c"], remove_load_ids=["a"])
    assert (second.number, second.load_ids, second.run_ids) == (2, ("b", "c"), ("run",))
    assert current_release(store) == second
    assert second.created_at is not None


def test_switch_release__an_id_added_and_removed_stays(store: Store) -> None:
    assert switch_release(store, "test", add_load_ids=["a"], remove_load_ids=["a"]).load_ids == ("a",)


def test_switch_release__leaves_exactly_one_current(store: Store, cypher: Callable[..., list[dict[str, Any]]]) -> None:
    for load_id in "abc":
        switch_release(store, "test", add_load_ids=[load_id])
    rows = cypher("MATCH (release:Release) WHERE release.is_current RETURN release.reason AS why, release.number AS n")
    assert rows == [{"why": "test", "n": 3}]


def test_switch_release__undone_with_the_callers_transaction(store: Store) -> None:
    try:
        with store.transaction() as transaction:
            switch_release(transaction, "test", add_load_ids=["a"])
            assert current_release(transaction).load_ids == ("a",)
            raise KeyError
    except KeyError:
        pass
    assert current_release(store) == NO_RELEASE


def test_switch_release__many_at_once_lose_nothing(store: Store) -> None:
    ids = [f"load_{i}" for i in range(12)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda load_id: switch_release(store, "test", add_load_ids=[load_id]), ids))
    release = current_release(store)
    assert (release.number, release.load_ids) == (12, tuple(sorted(ids)))


def test_current_release__is_there_at_every_moment_of_a_switch(store: Store) -> None:
    """A scan for the one marked node passed the old one after, and the new one before, the switch."""
    switch_release(store, "first")
    is_over, numbers = threading.Event(), list[int]()

    def read() -> None:
        while not is_over.is_set():
            numbers.append(current_release(store).number)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for number in range(300):
        switch_release(store, f"switch {number}")
    is_over.set()
    for reader in readers:
        reader.join()
    assert len(numbers) > 300
    assert min(numbers) >= 1
