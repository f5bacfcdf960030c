"""What a munge may be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class MungeOptions:
    """Choices of a munge.

    Attributes
    ----------
    format
        Name of a format of `loaders.formats`, or "ldsc" for plain headers; None: the header decides.
    columns
        Field of `munge_columns.MUNGE_FIELDS` to the file's column, for plain headers.
    build
        Genome build, for formats whose ids need one.
    n, n_cases, n_controls
        Sample sizes; `n` wins over the file's column, the other two are used where the file has none.
    minimum_info, minimum_frequency
        Imputation quality kept from (of several columns the mean), minor allele frequency kept above.
    minimum_n
        Sample size kept from; None: the 90 % quantile of the column over 1.5.
    merge_alleles
        File with SNP, A1, A2: only these SNPs with these alleles are kept.
    keeps_all_listed
        Write every listed SNP in the list's order, without Z and N where the GWAS lacks it, as the reference does.
    checks_median
        Whether a signed statistic whose median is far from its null is an error.
    keeps_places
        Keep CHR and BP in the table where the file has them.
    """

    format: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    build: str | None = None
    n: float | None = None
    n_cases: float | None = None
    n_controls: float | None = None
    minimum_info: float = 0.9
    minimum_frequency: float = 0.01
    minimum_n: float | None = None
    merge_alleles: Path | None = None
    keeps_all_listed: bool = False
    checks_median: bool = True
    keeps_places: bool = False
