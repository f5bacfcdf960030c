"""kill -9 at random moments of loading and removing, then the same command: the graph of an undisturbed one."""

import random
from pathlib import Path
from typing import Any

import pytest

from services.graph.store import Store
from services.ingest import ingest_manifest, remove_study, repair
from services.releases import current_release
from services.settings import Settings
from tests.conftest import Cypher
from tests.services.ingest.killed_command import Command, run_and_kill, run_command, time_command
from tests.services.ingest.tiny import dump, evidence, site, write_manifest, write_study

pytestmark = [pytest.mark.store, pytest.mark.slow]

N_ROWS = 400
N_KILLS = 20


def _rows(n: int, first: int, targets: str, *, is_placed: bool, beta: float) -> list[dict[str, Any]]:
    return [
        evidence(f"rs{i}", f"1:{1000 + 10 * i}" if is_placed else "", "A/G", f"{targets}{i % 40:08d}", beta=beta)
        for i in range(first, first + n)
    ]


@pytest.fixture
def commands(tmp_path: Path) -> list[Command]:
    """Load a manifest; load another version of its studies; remove one of them."""
    blood = _rows(N_ROWS, 0, "cg", is_placed=True, beta=0.5)
    gwas = _rows(N_ROWS, N_ROWS // 2, "T", is_placed=False, beta=0.2)
    places = [site(f"rs{i}", f"1:{1000 + 10 * i}") for i in range(N_ROWS)]
    first = [
        write_study(tmp_path / "first", "blood", "mqtl", blood),
        write_study(tmp_path / "first", "gwas", "gwas", gwas),
    ]
    second = [
        write_study(tmp_path / "second", "blood", "mqtl", blood[10:]),
        write_study(tmp_path / "second", "gwas", "gwas", _rows(N_ROWS, 100, "T", is_placed=False, beta=-0.2)),
        write_study(tmp_path / "second", "places", "positions", places),
    ]
    manifests = [write_manifest(tmp_path / "first", *first), write_manifest(tmp_path / "second", *second)]
    return [*(("load", str(manifest.path)) for manifest in manifests), ("remove", "places")]


def test_kill__same_command_gives_the_same_graph(
    store: Store, settings: Settings, cypher: Cypher, commands: list[Command]
) -> None:
    seconds = [time_command(settings, command) for command in commands]
    expected = []
    for number, command in enumerate(commands):
        seconds[number] = min(seconds[number], time_command(settings, command))
        expected.append(dump(cypher))
    shown = [wanted["release"] for wanted in expected]
    chance, n_kills, turn = random.Random(20), 0, 0
    while n_kills < N_KILLS:
        number = turn % len(commands)
        for _ in range(2):
            was_running = run_and_kill(settings, commands[number], chance.uniform(0, seconds[number]))
            n_kills += was_running
            seconds[number] *= 1.0 if was_running else 0.8
            assert [{"load_ids": list(current_release(store).load_ids)}] in shown
        run_command(settings, commands[number])
        assert dump(cypher) == expected[number], f"turn {turn}, after {n_kills} kills"
        turn += 1


def test_kill__another_command_clears_away_what_was_staged(
    store: Store, settings: Settings, cypher: Cypher, commands: list[Command]
) -> None:
    run_command(settings, commands[0])
    before = dump(cypher)
    chance = random.Random(3)
    seconds = time_command(settings, commands[1])
    run_command(settings, commands[2])
    run_command(settings, commands[0])
    assert dump(cypher) == before
    for _ in range(3):
        run_and_kill(settings, commands[1], chance.uniform(0.3, 0.9) * seconds)
        repair(store, settings)
        if len(current_release(store).load_ids) == 2 and dump(cypher) == before:
            continue
        run_command(settings, commands[2])
        run_command(settings, commands[0])
        assert dump(cypher) == before


@pytest.mark.parametrize("text", ["writing snps", "staging blood", "staging gwas", "settling nodes"])
def test_interruption__at_a_named_moment_is_resumed_and_is_undone(
    store: Store, settings: Settings, cypher: Cypher, tmp_path: Path, text: str
) -> None:
    blood = write_study(tmp_path, "blood", "mqtl", _rows(30, 0, "cg", is_placed=True, beta=0.5))
    gwas = write_study(tmp_path, "gwas", "gwas", _rows(30, 10, "T", is_placed=False, beta=0.2))
    places = write_study(tmp_path, "places", "positions", [site(f"rs{i}", f"1:{1000 + 10 * i}") for i in range(40)])
    ingest_manifest(store, settings, write_manifest(tmp_path, places))
    before = dump(cypher)
    both = write_manifest(tmp_path, blood, gwas)
    ingest_manifest(store, settings, both)
    after = dump(cypher)
    remove_study(store, settings, "blood")
    remove_study(store, settings, "gwas")
    assert dump(cypher) == before

    def stop(_done: int, _total: int, said: str) -> None:
        if said.startswith(text):
            raise InterruptedError(said)

    with pytest.raises(InterruptedError, match=text):
        ingest_manifest(store, settings, both, on_progress=stop)
    is_switched = text.startswith("settling")
    repair(store, settings)
    assert dump(cypher) == (after if is_switched else before)
    if not is_switched:
        with pytest.raises(InterruptedError, match=text):
            ingest_manifest(store, settings, both, on_progress=stop)
        ingest_manifest(store, settings, both)
        assert dump(cypher) == after
