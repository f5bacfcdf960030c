"""The stages that every whole run has: load, train, count; and how long and how large they were."""

import resource
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from services.graph.local_server import find_running
from services.graph.setup import prepare_database
from services.graph.store import Store
from services.settings import Settings

if TYPE_CHECKING:
    from services.ingest import IngestReport
    from services.training import TrainingOutcome

Progress = Callable[[int, int, str], None]
_KIB_PER_MIB = 1024


@dataclass(frozen=True, slots=True)
class GraphCounts:
    """Nodes by label and edges by type, as the database counts them.

    Attributes
    ----------
    nodes, edges
        Name and number.
    """

    nodes: Mapping[str, int]
    edges: Mapping[str, int]


@dataclass
class Stopwatch:
    """Wall time of named stages, in the order they ran (seconds)."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what happens inside."""
        started = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = time.monotonic() - started


@dataclass(frozen=True, slots=True)
class MemoryUse:
    """Peak memory (MiB).

    Attributes
    ----------
    program_mib
        Of this process since it began.
    server_mib
        Of the managed Neo4j now; None when the graph is on another server.
    """

    program_mib: float
    server_mib: float | None


def load_studies(
    store: Store, settings: Settings, manifest: Path, watch: Stopwatch, on_progress: Progress | None
) -> "IngestReport":
    """Load every study of a manifest.

    Raises
    ------
    LoadError, StoreError
        When a study cannot be loaded or the graph cannot be reached.
    """
    from loaders.manifest import read_manifest
    from services.ingest import ingest_manifest

    prepare_database(store, settings.reference_build)
    with watch.stage("load"):
        return ingest_manifest(store, settings, read_manifest(manifest), on_progress=on_progress)


def train_model(store: Store, settings: Settings, watch: Stopwatch, on_progress: Progress | None) -> "TrainingOutcome":
    """Train and write predicted edges, if what is loaded has changed since.

    Raises
    ------
    StoreError
        When the graph cannot be reached.
    """
    from services.training import retrain_if_stale

    with watch.stage("train and write back"):
        return retrain_if_stale(store, settings, on_progress=on_progress)


def count_graph(store: Store) -> GraphCounts:
    """Count nodes and edges."""
    rows = store.read("status/count_everything")
    counted = {kind: {row["name"]: int(row["n"]) for row in rows if row["kind"] == kind} for kind in ("node", "edge")}
    return GraphCounts(counted["node"], counted["edge"])


def measure_memory(settings: Settings) -> MemoryUse:
    """Peak memory of this process, and of the managed server where there is one."""
    program = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB_PER_MIB
    server = find_running(settings) if settings.is_managed else None
    return MemoryUse(program, None if server is None else peak_mib(server.state.server.pid))


def peak_mib(pid: int) -> float | None:
    """Peak resident memory of a process by the kernel's own count (MiB); None where it cannot be read."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return None
    peak = next((line for line in status.splitlines() if line.startswith("VmHWM:")), None)
    return None if peak is None else int(peak.split()[1]) / _KIB_PER_MIB
