"""Genotypes as dosages, from PLINK 1, PLINK 2, BGEN and BIMBAM files, in blocks of variants."""

from loaders.dosages.bgen import open_bgen_dosages
from loaders.dosages.bimbam import open_bimbam_dosages
from loaders.dosages.choice import open_dosages
from loaders.dosages.plink1 import open_bed_dosages
from loaders.dosages.plink2 import open_pgen_dosages
from loaders.dosages.source import DosageFile

__all__ = [
    "DosageFile",
    "open_bed_dosages",
    "open_bgen_dosages",
    "open_bimbam_dosages",
    "open_dosages",
    "open_pgen_dosages",
]
