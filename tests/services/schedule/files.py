"""Small files of QTL with modules to find, as an operator would drop them into an inbox."""

from pathlib import Path
from typing import Any

import numpy as np

from tests.services.ingest.tiny import evidence, write_study

Row = dict[str, Any]


def _modules(seed: int, n_modules: int = 5, n_loci: int = 8, n_cpgs: int = 10) -> list[Row]:
    """QTL of modules: loci on different chromosomes that act on the same CpGs."""
    rng, rows = np.random.default_rng(seed), []
    for module in range(n_modules):
        for locus in range(n_loci):
            start = (3 * module + 1) * 1_000_000 + 1000 * seed
            for cpg in range(n_cpgs):
                if rng.random() < 0.6:
                    for snp in range(1 + int(rng.random() < 0.5)):
                        place = f"{locus + 1}:{start + 1000 * (snp + 1)}"
                        name = f"cg{module:02}{cpg:06}"
                        rows.append(evidence(f"rs{module}{locus}{snp}{seed}", place, "A/G", name, p=1e-15))
    return rows


def write_manifest(inbox: Path, data: Path, name: str, *, seed: int = 1) -> Path:
    """Write the data of one study beside the inbox, and its manifest into it; the manifest's path."""
    entry = write_study(data, name, "mqtl", _modules(seed))
    text = entry.replace(f'path = "{name}.tsv"', f'path = "{data / name}.tsv"')
    inbox.mkdir(parents=True, exist_ok=True)
    path = inbox / f"{name}.toml"
    path.write_text(text + "\n", encoding="utf-8")
    return path
