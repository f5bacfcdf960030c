"""A bad network and a full disk: a load or a training ends rightly or with a clear error, and can be repeated."""

from __future__ import annotations

import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from services.graph.errors import StoreError
from services.settings import Settings
from tests.chaos.loading import Loading, leftovers
from tests.chaos.proxy import BadNetwork, Proxy
from tests.chaos.training import Training
from tests.chaos.trials import Trial, chance_of
from tests.chaos.work import run_command, train_once
from tests.chaos.world import World
from tests.services.ingest.tiny import dump

NETWORKS = (
    BadNetwork(latency_seconds=0.05),
    BadNetwork(bytes_per_second=100_000),
    BadNetwork(cut_after=(2_000, 60_000), n_cuts=6),
    BadNetwork(latency_seconds=0.01, bytes_per_second=200_000, cut_after=(500, 20_000), n_cuts=12),
    BadNetwork(cut_after=(0, 3_000)),
)
SIZES_KIB = (16, 64, 256, 1024, 2048)


def iterate_network(world: World, trials: Iterator[Trial]) -> Iterator[Trial]:
    """Loads through a bad network."""
    loading = Loading(world)
    port = int(str(loading.settings.neo4j_uri).rsplit(":", 1)[1])
    for trial in trials:
        network = NETWORKS[trial.number % len(NETWORKS)]
        number = trial.number % len(loading.commands)
        loading.set_before(number)
        start = time.monotonic()
        with Proxy(port, network, trial.seed + trial.number) as proxy:
            uri = f"bolt://127.0.0.1:{proxy.port}"
            settings = loading.settings.model_copy(update={"neo4j_uri": uri, "neo4j_retry_seconds": 10.0})
            ended = _end_of(run_command, settings, loading.commands[number])
        trial.moment = f"{network}: {proxy.n_connections} connections, {proxy.n_cut} cut, ended {ended or 'well'}"
        trial.problems += _repeat(loading, number, is_done=not ended)
        trial.recover_seconds = time.monotonic() - start
        yield trial


def _repeat(loading: Loading, number: int, *, is_done: bool) -> list[str]:
    cypher, expected = loading.world.cypher, loading.expected[number]
    problems = []
    if is_done and dump(cypher) != expected:
        problems.append("the load said that it ended well, and the graph is another")
    run_command(loading.settings, loading.commands[number])
    if dump(cypher) != expected:
        problems.append("after the repetition the graph is not the undisturbed one")
    return problems + leftovers(cypher)


def _end_of(work: Callable[..., None], *args: Any) -> str:
    """Nothing where the work ended well; else the error, which must be one of ours."""
    try:
        work(*args)
    except StoreError as error:
        return f"with {type(error).__name__}"
    return ""


def iterate_disk(world: World, trials: Iterator[Trial]) -> Iterator[Trial]:
    """State folders on a disk that fills up: every other trial a load, else a training."""
    loading: Loading | None = None
    training: Training | None = None
    for trial in trials:
        size = SIZES_KIB[(trial.number // 2) % len(SIZES_KIB)] + chance_of(trial).randrange(8)
        start = time.monotonic()
        with small_disk(size) as (folder, how):
            if trial.number % 2 == 0:
                loading, training = loading or Loading(world), None
                _load_on(trial, loading, folder)
            else:
                training, loading = training or Training(world), None
                _train_on(trial, training, folder)
        trial.moment = f"{how} of {size} KiB: {trial.moment}"
        trial.recover_seconds = time.monotonic() - start
        yield trial


def _load_on(trial: Trial, loading: Loading, folder: Path) -> None:
    """A first load into an empty graph from a state folder on the small disk, then again from a roomy one."""
    settings = loading.world.empty("roomy").model_copy(update={"home": folder / "home"})
    before = dump(loading.world.cypher)
    code, said = _run_alone(settings, ["ingest", loading.commands[0][1]])
    trial.moment = f"load ended with {code}"
    shown = loading.world.cypher("MATCH (r:Release) WHERE r.is_current RETURN size(r.load_ids) AS n")
    if code != 0:
        trial.problems += _unclear(said)
        if shown and shown[0]["n"]:
            trial.problems.append("a load that failed is shown")
        if dump(loading.world.cypher)["nodes"] != before["nodes"] and not shown:
            trial.moment += ", staged rows are left for the repetition"
    again = loading.world.empty("roomy-again")
    run_command(again, loading.commands[0])
    trial.problems += leftovers(loading.world.cypher)


def _train_on(trial: Trial, training: Training, folder: Path) -> None:
    training.reset()
    settings = training.settings.model_copy(update={"home": folder / "home"})
    code, said = _run_alone(settings, ["train", "--seed", "1"])
    trial.moment = f"training ended with {code}"
    if code != 0:
        trial.problems += _unclear(said)
        if training.world.cypher("MATCH (r:Release) WHERE r.is_current RETURN size(r.run_ids) AS n")[0]["n"]:
            trial.problems.append("a training that failed is shown")
    train_once(training.settings)
    if training.result() != training.expected:
        trial.problems.append("the repetition's result is not the undisturbed one")
    trial.problems += leftovers(training.world.cypher)


def _unclear(said: str) -> list[str]:
    """Complaints about an error's text: a traceback, or no word of the disk."""
    if "Traceback" in said:
        return [f"a traceback: {said.strip().splitlines()[-1][:200]}"]
    words = " ".join(said.split())
    return [] if any(sign in words for sign in ("No space", "no room", "disk", "File too large")) else [words[-300:]]


def _run_alone(settings: Settings, command: list[str]) -> tuple[int, str]:
    """A command of the product in a process of its own: its exit code and what it said."""
    import json
    import sys

    from tests.paths import ROOT

    password = settings.read_password().get_secret_value()
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "LOCUSGRAPH_HOME": str(settings.home),
        "LOCUSGRAPH_PINSAGE": json.dumps(settings.pinsage),
        "LOCUSGRAPH_PREDICTION_TOP_LOCI": str(settings.prediction_top_loci),
        "LOCUSGRAPH_TRAINING_CHECKPOINT_SECONDS": "0",
        "NEO4J_URI": str(settings.neo4j_uri),
        "NEO4J_USER": settings.neo4j_user,
        "NEO4J_PASSWORD": password,
    }
    done = subprocess.run(
        [sys.executable, "-m", "api", *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stderr + done.stdout


@contextmanager
def small_disk(size_kib: int) -> Iterator[tuple[Path, str]]:
    """A folder with so much room: a tmpfs where we may mount one, else files of no more than that (RLIMIT_FSIZE)."""
    with tempfile.TemporaryDirectory(prefix="small-") as name:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size_kib}k", "tmpfs", name], capture_output=True, check=False
        )
        if mounted.returncode == 0:
            try:
                yield Path(name), "tmpfs"
            finally:
                subprocess.run(["umount", "-l", name], check=True)
            return
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size_kib << 10, before[1]))
        try:
            yield Path(name), "RLIMIT_FSIZE"
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
