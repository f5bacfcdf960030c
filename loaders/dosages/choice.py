"""Which reader a file of dosages needs, from its name."""

from __future__ import annotations

from pathlib import Path

from loaders.dosages.bgen import open_bgen_dosages
from loaders.dosages.bimbam import open_bimbam_dosages
from loaders.dosages.plink1 import open_bed_dosages
from loaders.dosages.plink2 import open_pgen_dosages
from loaders.dosages.source import DosageFile
from loaders.errors import FormatError


def open_dosages(path: Path) -> DosageFile:
    """Open a .bed, .pgen, .bgen or BIMBAM .geno file (.txt and .gz may follow) with what lies beside it.

    Parameters
    ----------
    path
        The file; a .bgen's .sample and a .geno's .anno are taken where they have the same name.

    Raises
    ------
    FormatError
        If the name tells no format, or the file is missing or broken.
    """
    if not path.is_file():
        raise FormatError("genotypes must exist", seen="no such file", where=path, remedy="check the path")
    if path.suffix == ".bed":
        return open_bed_dosages(path)
    if path.suffix == ".pgen":
        return open_pgen_dosages(path)
    if path.suffix == ".bgen":
        sample = path.with_suffix(".sample")
        return open_bgen_dosages(path, sample=sample if sample.is_file() else None)
    if ".geno" in path.suffixes:
        annotation = path.with_name(path.name.replace(".geno", ".anno"))
        return open_bimbam_dosages(path, annotation=annotation if annotation.is_file() else None)
    raise FormatError(
        "genotypes are read from .bed, .pgen, .bgen or .geno (mean genotypes)",
        seen=path.name,
        where=path.parent,
        remedy="convert them, or name the file by its format",
    )
