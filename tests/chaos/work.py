"""The work that is disturbed: loading, removing, training; each in one call, so that a process may do it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from services.graph.opening import open_store
from services.settings import Settings
from services.training import train
from tests.services.ingest.killed_command import Command, run_command
from tests.services.ingest.tiny import evidence, site, write_manifest, write_study

QUICK: dict[str, Any] = {
    "n_views": 3, "n_steps": 20, "n_dimensions": 8, "check_every": 5, "checkpoint_every": 5, "n_warmup_steps": 2,
    "n_threads": 1,
}  # fmt: skip

__all__ = ["run_command", "train_once", "write_commands"]


def write_commands(folder: Path, n_rows: int = 120) -> list[Command]:
    """Load a manifest; load another version of its studies; remove one of them."""
    blood = _rows(n_rows, 0, "cg", is_placed=True, beta=0.5)
    gwas = _rows(n_rows, n_rows // 2, "T", is_placed=False, beta=0.2)
    other = _rows(n_rows - 20, 40, "T", is_placed=False, beta=-0.2)
    places = [site(f"rs{at}", f"1:{1000 + 10 * at}") for at in range(n_rows)]
    first = [write_study(folder / "one", "blood", "mqtl", blood), write_study(folder / "one", "gwas", "gwas", gwas)]
    second = [
        write_study(folder / "two", "blood", "mqtl", blood[10:]),
        write_study(folder / "two", "gwas", "gwas", other),
        write_study(folder / "two", "places", "positions", places),
    ]
    manifests = [write_manifest(folder / "one", *first), write_manifest(folder / "two", *second)]
    return [*(("load", str(manifest.path)) for manifest in manifests), ("remove", "places")]


def train_once(settings: Settings) -> None:
    """Train, write the predictions, switch."""
    with open_store(settings) as store:
        train(store, settings, seed=1)


def _rows(n: int, first: int, targets: str, *, is_placed: bool, beta: float) -> list[dict[str, Any]]:
    return [
        evidence(f"rs{at}", f"1:{1000 + 10 * at}" if is_placed else "", "A/G", f"{targets}{at % 40:08d}", beta=beta)
        for at in range(first, first + n)
    ]
