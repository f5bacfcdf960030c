"""Small files of QTL with modules to find, as an operator would drop them into an inbox."""

from pathlib import Path
from typing import Any

import numpy as np

from tests.services.ingest.tiny import evidence, write_study

Row = dict[str, Any]


def _modules(seed: int, n_modules: int = 10, n_loci: int = 10, n_cpgs: int = 10) -> list[Row]:
    """QTL of modules: loci on different chromosomes that act on the same CpGs; the same places whatever the seed."""
    rng, rows = np.random.default_rng(seed), []
    for module in range(n_modules):
        for locus in range(n_loci):
            start = (3 * module + 1) * 1_000_000
            for cpg in np.flatnonzero(rng.random(n_cpgs) < 0.5):
                name = f"cg{module:02}{cpg:06}"
                rows.append(evidence(f"rs{module}{locus}{seed}", f"{locus + 1}:{start + seed}", target=name, p=1e-15))
    return rows


def write_manifest(inbox: Path, data: Path, name: str, *, seed: int = 1) -> Path:
    """Write the data of one study beside the inbox, and its manifest into it; the manifest's path."""
    entry = write_study(data, name, "mqtl", _modules(seed))
    text = entry.replace(f'path = "{name}.tsv"', f'path = "{data / name}.tsv"')
    inbox.mkdir(parents=True, exist_ok=True)
    path = inbox / f"{name}.toml"
    path.write_text(text + "\n", encoding="utf-8")
    return path
