"""Sound genotype files in every format, as bytes named ``data.*``."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from tests.loaders.dosages.files import write_bed, write_bgen, write_bimbam, write_pgen


@cache
def sound_bed() -> dict[str, bytes]:
    """PLINK 1."""
    return _written(write_bed)


@cache
def sound_pgen() -> dict[str, bytes]:
    """PLINK 2."""
    return _written(write_pgen)


@cache
def sound_bgen() -> dict[str, bytes]:
    """BGEN and .sample."""
    return _written(write_bgen)


@cache
def sound_bimbam() -> dict[str, bytes]:
    """Mean genotypes and their annotation."""
    return _written(write_bimbam)


def _written(write) -> dict[str, bytes]:  # type: ignore[no-untyped-def]
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder))
        return {path.name.replace("small", "data"): path.read_bytes() for path in Path(folder).iterdir()}
