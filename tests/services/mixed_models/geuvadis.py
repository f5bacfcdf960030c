"""The real expression at hand: GEUVADIS transcript counts of 91 CEU on chromosome 19, 84 of them in 1000 Genomes."""

from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
import pytest

from services.mixed_models import PeopleRequest, QtlRequest
from tests.paths import DATA

OPEN = DATA / "open"
COUNTS = OPEN / "expr" / "geuvadis_ceu91_chr19_transcript_counts.parquet"
COVARIATES = OPEN / "expr" / "geuvadis_eur373_covariates.parquet"
GENOTYPES = OPEN / "geno" / "g1000_eur_22windows.bed"
PHASE_1 = OPEN / "geno" / "g1000_phase1_thinned.bed"
SUBSET = OPEN / "geno" / "geuvadis_ceu91_chr19_genotypes_subset.parquet"
GENES = OPEN / "annot" / "genes_grch37.parquet"
MONOCYTES = OPEN / "eqtl" / "blueprint_monocyte_eqtl_p5e-8.parquet"

N_COMPONENTS: Final = 15
"""What GTEx takes for fewer than 150 people (GTEx Consortium 2017, doi:10.1038/nature24277)."""

needs_geuvadis = pytest.mark.skipif(not COUNTS.is_file(), reason="the shared expression data are not here")


def geuvadis(*, traits: Path = COUNTS, **choices: Any) -> QtlRequest:
    """Counts summed to genes, scaled to people, in half of them at least; SNPs with MAF of 5 % or more."""
    people = PeopleRequest(
        genotypes=GENOTYPES,
        phenotypes=traits,
        traits=(),
        covariates=COVARIATES,
        covariate_names=("PC1", "PC2", "PC3"),
    )
    given = {
        "genes": GENES,
        "sum_by": "Gene_Symbol",
        "is_scaled": True,
        "minimum_expressed": 0.5,
        "minimum_maf": 0.05,
        "n_factors": N_COMPONENTS,
    }
    return QtlRequest(people=people, **{**given, **choices})


def with_people_exchanged(path: Path, *, seed: int) -> Path:
    """Write the counts with the people's names in another order, so that no gene belongs to its genotypes."""
    table = pl.read_parquet(COUNTS)
    people = table.columns[2:]
    exchanged = np.random.default_rng(seed).permutation(people).tolist()
    table.rename(dict(zip(people, exchanged, strict=True))).write_parquet(path)
    return path


def against_monocytes(pairs: pl.DataFrame) -> pl.DataFrame:
    """Our pairs that BLUEPRINT saw in monocytes (p < 5e-8), with its effect of our effect allele as `other_beta`."""
    known = pl.read_parquet(MONOCYTES).select(
        pl.col("snp", "effect_allele", "other_allele").cast(pl.String), "gene_id", "beta", "pval"
    )
    named = pairs.with_columns(gene_id=pl.col("trait").str.replace(r"\.\d+$", ""))
    both = named.join(known, left_on=["gene_id", "rsid"], right_on=["gene_id", "snp"], suffix="_other")
    same = (pl.col("effect_allele") == pl.col("effect_allele_other")) & (
        pl.col("other_allele") == pl.col("other_allele_other")
    )
    crossed = (pl.col("effect_allele") == pl.col("other_allele_other")) & (
        pl.col("other_allele") == pl.col("effect_allele_other")
    )
    sign = pl.when(same).then(1.0).when(crossed).then(-1.0)
    return both.with_columns(other_beta=sign * pl.col("beta_other")).drop_nulls("other_beta")
