"""The simulated QTLs in the published layouts: GoDMC's assoc_meta_all, eQTLGen, and the BIOS eQTM table."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.simulation.alleles import report_alleles
from loaders.simulation.genome import Genome
from loaders.simulation.statistics import two_sided_p
from loaders.simulation.truth import DemoSize

MQTL_SAMPLES = 27_750
MQTL_STUDIES = 36
EQTL_SAMPLES = 31_684
EQTL_COHORTS = 37
EQTM_COHORTS = ("RS-Methylation_GPL13534", "LLD-Methylation_GPL13534", "LLS-Methylation_GPL13534",
                "CODAM-Methylation_GPL13534")  # fmt: skip
EQTM_SAMPLES = (649, 621, 647, 184)
_EQTL_FLOOR = 3.2717e-310
_EQTM_FLOOR = 3.27167e-310
_CIS_BP = 1_000_000
_STRAND_FLIPPED_SHARE = 0.1


def godmc_table(genome: Genome, rows: pl.DataFrame, size: DemoSize, generator: np.random.Generator) -> pl.DataFrame:
    """Lay out the mQTL rows as GoDMC's assoc_meta_all.csv.

    Parameters
    ----------
    genome, size
        The study.
    rows
        molecule, snp, z of `draw_qtl_rows`.
    generator
        Source of randomness (order of alleles, heterogeneity).

    Returns
    -------
    pl.DataFrame
        The 24 columns of the published header, in its order. Effect allele = allele1; indels have alleles D and I.
    """
    alleles = _as_d_and_i(genome, report_alleles(genome.snps, generator))
    table = _attach(rows.filter(pl.col("molecule") < size.n_cpgs), genome, alleles)
    target = genome.cpgs.select("cpg", molecule_chromosome="chromosome", molecule_bp="position_bp")
    table = pl.concat([table, target[table["molecule"]]], how="horizontal")
    variance = 2.0 * pl.col("effect_allele_frequency") * (1.0 - pl.col("effect_allele_frequency"))
    table = table.with_columns(se=(1.0 / (variance * MQTL_SAMPLES).sqrt()).round_sig_figs(6))
    table = table.with_columns(beta=(pl.col("signed_z") * pl.col("se")).round_sig_figs(7))
    return _add_heterogeneity(table, generator).select(*_godmc_columns())


def _godmc_columns() -> list[pl.Expr]:
    is_cis = (pl.col("chromosome") == pl.col("molecule_chromosome")) & (
        (pl.col("position_bp") - pl.col("molecule_bp")).abs() <= _CIS_BP
    )
    kind = pl.when("is_indel").then(pl.lit("INDEL")).otherwise(pl.lit("SNP"))
    is_lead = pl.col("z").abs() == pl.col("z").abs().max().over("molecule", "block")
    return [
        pl.col("cpg"),
        pl.format("chr{}:{}:{}", "chromosome", "position_bp", kind).alias("snp"),
        pl.col("beta").alias("beta_a1"),
        pl.col("se"),
        pl.col("p").alias("pval"),
        pl.lit(float(MQTL_SAMPLES)).alias("samplesize"),
        pl.col("effect_allele").alias("allele1"),
        pl.col("other_allele").alias("allele2"),
        pl.col("effect_allele_frequency").round(4).alias("freq_a1"),
        pl.col("freq_se"),
        pl.when(is_cis).then(pl.lit("TRUE")).otherwise(pl.lit("FALSE")).alias("cistrans"),
        pl.lit(MQTL_STUDIES).alias("num_studies"),
        *(pl.col(name) for name in ("direction", "hetisq", "hetchisq", "hetpval", "tausq")),
        *(pl.col(name) for name in ("beta_are_a1", "se_are", "pval_are", "se_mre", "pval_mre")),
        (pl.col("molecule") // 300 + 1).alias("chunk"),
        pl.when(is_lead).then(pl.lit("TRUE")).otherwise(pl.lit("FALSE")).alias("clumped"),
    ]


def _add_heterogeneity(table: pl.DataFrame, generator: np.random.Generator) -> pl.DataFrame:
    n_rows = table.height
    het_chi2 = generator.chisquare(MQTL_STUDIES - 1, n_rows)
    se_are = table["se"].to_numpy() * generator.uniform(1.0, 1.3, n_rows)
    beta_are = table["beta"].to_numpy() * generator.uniform(0.97, 1.03, n_rows)
    se_mre = table["se"].to_numpy() * np.sqrt(np.maximum(1.0, het_chi2 / (MQTL_STUDIES - 1)))
    z = table["beta"].to_numpy() / table["se"].to_numpy()
    return table.with_columns(
        p=_rounded(two_sided_p(z), 4),
        direction=_directions(z, generator),
        freq_se=pl.Series(generator.uniform(0.005, 0.03, n_rows)).round(4),
        hetisq=pl.Series(100.0 * np.maximum(0.0, 1.0 - (MQTL_STUDIES - 1) / het_chi2)).round(1),
        hetchisq=pl.Series(het_chi2).round(4),
        hetpval=_rounded(np.exp(-het_chi2 / 70.0), 4),
        tausq=pl.Series(generator.uniform(0.0, 0.01, n_rows)).round(6),
        beta_are_a1=_rounded(beta_are, 7),
        se_are=_rounded(se_are, 6),
        pval_are=_rounded(two_sided_p(beta_are / se_are), 4),
        se_mre=_rounded(se_mre, 6),
        pval_mre=_rounded(two_sided_p(table["beta"].to_numpy() / se_mre), 4),
    )


def _directions(z: NDArray[np.float64], generator: np.random.Generator) -> pl.Series:
    """Draw one sign a cohort: mostly that of the pooled effect, `?` where the cohort had no data."""
    shape = (z.size, MQTL_STUDIES)
    per_cohort = z[:, None] / np.sqrt(MQTL_STUDIES) + generator.standard_normal(shape)
    signs = np.where(per_cohort > 0, "+", "-")
    signs[generator.random(shape) < 0.1] = "?"
    return pl.Series(np.ascontiguousarray(signs).view(f"<U{MQTL_STUDIES}").reshape(-1))


def eqtlgen_table(genome: Genome, rows: pl.DataFrame, size: DemoSize, generator: np.random.Generator) -> pl.DataFrame:
    """Lay out the eQTL rows as eQTLGen's files: no effect size, p floored while Z goes on; no indels.

    Parameters
    ----------
    genome, size
        The study.
    rows
        molecule, snp, z of `draw_qtl_rows`.
    generator
        Source of randomness (order and strand of the alleles).

    Returns
    -------
    pl.DataFrame
        The 15 columns of the published header, in its order. A tenth of the SNPs is on the minus strand.
    """
    alleles = report_alleles(genome.snps, generator, _STRAND_FLIPPED_SHARE)
    table = _attach(rows.filter(pl.col("molecule") >= size.n_cpgs), genome, alleles).filter(~pl.col("is_indel"))
    target = genome.genes.select("gene", "symbol", "start_bp", "end_bp", molecule_chromosome="chromosome")
    table = pl.concat([table, target[table["molecule"] - size.n_cpgs]], how="horizontal")
    table = table.with_columns(Z=pl.col("signed_z").round(4))
    p = np.maximum(two_sided_p(table["Z"].to_numpy()), _EQTL_FLOOR)
    table = table.with_columns(p=_p_text(p, 5), order=-pl.col("Z").abs())
    return table.sort("order", "gene", "chromosome", "position_bp").select(
        pl.col("p").alias("Pvalue"),
        pl.col("rsid").alias("SNP"),
        pl.col("chromosome").alias("SNPChr"),
        pl.col("position_bp").alias("SNPPos"),
        pl.col("effect_allele").alias("AssessedAllele"),
        pl.col("other_allele").alias("OtherAllele"),
        pl.col("Z").alias("Zscore"),
        pl.col("gene").alias("Gene"),
        pl.col("symbol").alias("GeneSymbol"),
        pl.col("molecule_chromosome").alias("GeneChr"),
        ((pl.col("start_bp") + pl.col("end_bp")) // 2).alias("GenePos"),
        pl.lit(EQTL_COHORTS).alias("NrCohorts"),
        pl.lit(EQTL_SAMPLES).alias("NrSamples"),
        pl.lit(0.0).alias("FDR"),
        pl.min_horizontal(pl.col("p").cast(pl.Float64) * 1e9, 1.0).round_sig_figs(5).alias("BonferroniP"),
    )


def eqtm_table(genome: Genome, generator: np.random.Generator) -> pl.DataFrame:
    """Lay out CpG–gene pairs of one block as the BIOS cis eQTM table.

    Parameters
    ----------
    genome
        The study; three in five of its CpG–gene pairs within 250 kb get a row.
    generator
        Source of randomness.

    Returns
    -------
    pl.DataFrame
        The 22 columns of the published header, in its order. The sign of OverallZScore refers to the alphabetically
        first allele of a made-up C/T marker, so that it opposes the correlations in two rows of five.
    """
    pairs = genome.cpgs.join(genome.genes, on="block", suffix="_gene", maintain_order="left_right").filter(
        (pl.col("position_bp") - pl.col("tss_bp")).abs() <= 250_000
    )
    pairs = pairs.filter(pl.Series(generator.random(pairs.height) < 0.6))
    n_rows = pairs.height
    z = generator.uniform(4.5, 14.0, n_rows)
    z[generator.random(n_rows) < 0.01] = 39.5
    sign = generator.choice(np.array([-1.0, 1.0]), n_rows)
    total = sum(EQTM_SAMPLES)
    cohort_z = sign[:, None] * z[:, None] * np.sqrt(np.array(EQTM_SAMPLES) / total) + generator.normal(
        0.0, 0.3, (n_rows, len(EQTM_SAMPLES))
    )
    correlation = np.tanh(cohort_z / np.sqrt(EQTM_SAMPLES))
    arbitrary = np.where(generator.random(n_rows) < 0.41, -1.0, 1.0)
    frame = pairs.with_columns(
        OverallZScore=pl.Series(z * sign * arbitrary).round(7),
        PValue=_p_text(np.maximum(two_sided_p(z), _EQTM_FLOOR), 6),
        DatasetsZScores=_joined(cohort_z),
        IncludedDatasetsCorrelationCoefficient=_joined(correlation),
        BetaSE=_joined(correlation, np.sqrt((1.0 - correlation**2) / (np.array(EQTM_SAMPLES) - 2.0))),
        order=pl.Series(-z),
    )
    return frame.sort("order", "cpg", "gene").select(*_eqtm_columns())


def _eqtm_columns() -> list[pl.Expr]:
    zeros = ";".join("0" for _ in EQTM_COHORTS)
    return [
        pl.col("PValue"),
        pl.col("cpg").alias("SNPName"),
        pl.col("chromosome").alias("SNPChr"),
        pl.col("position_bp").alias("SNPChrPos"),
        pl.col("gene").alias("ProbeName"),
        pl.col("chromosome_gene").alias("ProbeChr"),
        ((pl.col("start_bp") + pl.col("end_bp")) // 2).alias("ProbeCenterChrPos"),
        pl.lit("cis").alias("CisTrans"),
        pl.lit("C/T").alias("SNPType"),
        pl.lit("C").alias("AlleleAssessed"),
        pl.col("OverallZScore"),
        pl.lit(";".join(EQTM_COHORTS)).alias("DatasetsWhereSNPProbePairIsAvailableAndPassesQC"),
        pl.col("DatasetsZScores"),
        pl.lit(";".join(str(n) for n in EQTM_SAMPLES)).alias("DatasetsNrSamples"),
        pl.lit(zeros).alias("IncludedDatasetsMeanProbeExpression"),
        pl.lit(zeros).alias("IncludedDatasetsProbeExpressionVariance"),
        pl.col("symbol").alias("HGNCName"),
        pl.col("IncludedDatasetsCorrelationCoefficient"),
        pl.lit("0E0 (0E0)").alias("Meta-Beta (SE)"),
        pl.col("BetaSE").alias("Beta (SE)"),
        pl.lit(zeros).alias("FoldChange"),
        pl.lit(0.0).alias("FDR"),
    ]


def _attach(rows: pl.DataFrame, genome: Genome, alleles: pl.DataFrame) -> pl.DataFrame:
    """Put place, alleles and the sign wrt the reported effect allele beside each row."""
    snp = rows["snp"]
    table = pl.concat([rows, genome.snps[snp], alleles[snp]], how="horizontal")
    return table.with_columns(signed_z=pl.col("z") * pl.col("effect_sign"))


def _as_d_and_i(genome: Genome, alleles: pl.DataFrame) -> pl.DataFrame:
    is_shorter = pl.col("effect_allele").str.len_chars() < pl.col("other_allele").str.len_chars()
    effect = pl.when(is_shorter).then(pl.lit("D")).otherwise(pl.lit("I"))
    other = pl.when(is_shorter).then(pl.lit("I")).otherwise(pl.lit("D"))
    indel = genome.snps["is_indel"]
    return alleles.with_columns(
        pl.when(indel).then(effect).otherwise("effect_allele").alias("effect_allele"),
        pl.when(indel).then(other).otherwise("other_allele").alias("other_allele"),
    )


def _rounded(values: NDArray[np.float64], digits: int) -> pl.Series:
    return pl.Series(values).round_sig_figs(digits)


def _p_text(p: NDArray[np.float64], digits: int) -> pl.Series:
    """Render p by its significant digits, also where it is denormal and cannot be rounded."""
    return pl.Series([f"{value:.{digits - 1}e}" for value in p.tolist()], dtype=pl.String)


def _joined(values: NDArray[np.float64], errors: NDArray[np.float64] | None = None) -> pl.Series:
    if errors is None:
        return pl.Series([";".join(f"{value:.7f}" for value in row) for row in values.tolist()], dtype=pl.String)
    return pl.Series(
        [
            ";".join(f"{value:.7f} ({error:.7f})" for value, error in zip(row, row_errors, strict=True))
            for row, row_errors in zip(values.tolist(), errors.tolist(), strict=True)
        ],
        dtype=pl.String,
    )
