"""SNP tables for tests that need no graph."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.search.snp_table import SnpTable, build_snp_table


def snp_table(snps: Sequence[Mapping[str, Any]], build: str = "GRCh37") -> SnpTable:
    """A table of SNPs, each given by key and whatever differs from a placed one without anything else."""
    rows = []
    for snp in snps:
        parts = snp["key"].split(":")
        place: dict[str, Any] = {"chromosome": None, "position_bp": None, "build": None}
        if len(parts) == 5:
            place = {"chromosome": parts[1], "position_bp": int(parts[2]), "build": parts[0]}
        rows.append({"rsids": [], "block": None, "degree": 1, "minor_allele_frequency": None, "ld_score": None,
                     **place, **snp})  # fmt: skip
    names = ("key", "rsids", "chromosome", "position_bp", "build", "block", "degree", "minor_allele_frequency",
             "ld_score")  # fmt: skip
    return build_snp_table({name: [row[name] for row in rows] for name in names}, build)
