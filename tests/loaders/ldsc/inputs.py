"""Small files of LD score regression, and where the shared real ones lie."""

import gzip
from pathlib import Path

import pytest

from tests.paths import DATA

LDSC = DATA / "ldsc"
TUTORIAL, BOLT = LDSC / "A_tutorial_chr22", LDSC / "B_1000G_bolt"
needs_shared = pytest.mark.skipif(not LDSC.is_dir(), reason="the shared LD score regression inputs are not here")


def write(path: Path, text: str) -> Path:
    """Write a text file, gzipped where its name says so; blanks between words become tabs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = "\n".join("\t".join(line.split()) for line in text.strip().splitlines()) + "\n"
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(data.encode()))
    else:
        path.write_text(data, encoding="utf-8")
    return path
