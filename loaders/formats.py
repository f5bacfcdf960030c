"""The one table of evidence formats: what each file's columns mean, which allele its effects refer to, what to trust.

Adding a format is one entry here and one test. Headers and traps: the project's guide to formats.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from loaders.report import Refusal, Skip

Columns = Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True)
class RowFilter:
    """Rows that are kept by the value of one column; the others are booked under `otherwise`.

    Attributes
    ----------
    column
        Name in the file; a file without it is not filtered.
    otherwise
        Reason of the rows that are not kept.
    keeps
        Values that are kept; empty: all but those of `rejects`.
    rejects
        Values that are not kept.
    keeps_missing
        Whether a missing value is kept.
    """

    column: str
    otherwise: Skip | Refusal
    keeps: tuple[str, ...] = ()
    rejects: tuple[str, ...] = ()
    keeps_missing: bool = True


@dataclass(frozen=True)
class Format:
    """One file format of evidence rows.

    Attributes
    ----------
    name
        As written in a manifest.
    kinds
        Kinds of study that it can hold.
    required
        Columns that a file must have; they recognise the format. A tuple holds alternatives.
    columns
        Our field to the file's column, or to several of which the first that the file has counts.
    without
        Columns that a file of this format does not have, so that two formats never both fit.
    effect_allele
        Which allele the effects refer to, for people.
    build
        Build of every file of this format; None where the manifest or the file says it.
    id_effect_is_second
        Whether an id such as 1:64764:C:T gives reference and effect allele in this order.
    filters
        Rows that are kept.
    missing
        Further texts that mean missing.
    other_models
        Model name to (effect, standard error, p) columns of further models in the same row; None where absent.
    model
        Name of the row's own model.
    p_floor
        Smallest p that the program writes; there p is taken from z.
    flags
        Flag to (column, value) of rows that carry it.
    is_signed
        False where effects have no sure direction.
    is_vcf
        Whether values stand in FORMAT and sample columns.
    is_recognised
        False where the header alone does not tell the effect allele, so that the format must be named.
    """

    name: str
    kinds: tuple[str, ...]
    required: tuple[str | tuple[str, ...], ...]
    columns: Columns
    effect_allele: str
    without: tuple[str, ...] = ()
    build: str | None = None
    id_effect_is_second: bool = False
    filters: tuple[RowFilter, ...] = ()
    missing: tuple[str, ...] = ()
    other_models: Mapping[str, tuple[str | None, str | None, str | None]] = field(default_factory=dict)
    model: str = "default"
    p_floor: float | None = None
    flags: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    is_signed: bool = True
    is_vcf: bool = False
    is_recognised: bool = True


_QTL: Final = ("mqtl", "eqtl")
_ANY: Final = ("gwas", "mqtl", "eqtl")
_ADDITIVE: Final = RowFilter("TEST", Skip.OTHER_TEST, keeps=("ADD",), keeps_missing=False)

GODMC = Format(
    name="godmc",
    kinds=("mqtl",),
    required=("cpg", "snp", "beta_a1", "se", "pval", "samplesize", "allele1", "allele2", "freq_a1"),
    columns={
        "cpg": "cpg", "rsid": "snp", "effect_size": "beta_a1", "standard_error": "se", "p_value": "pval",
        "n_samples": "samplesize", "effect_allele": "allele1", "other_allele": "allele2",
        "effect_allele_frequency": "freq_a1", "cis_trans": "cistrans",
    },
    effect_allele="allele1",
    build="GRCh37",
    model="fixed_effects",
    other_models={
        "additive_random_effects": ("beta_are_a1", "se_are", "pval_are"),
        "multiplicative_random_effects": (None, "se_mre", "pval_mre"),
    },
)  # fmt: skip

EQTLGEN = Format(
    name="eqtlgen",
    kinds=("eqtl",),
    required=("Pvalue", "SNP", "SNPChr", "SNPPos", "AssessedAllele", "OtherAllele", "Zscore", "Gene", "NrSamples"),
    columns={
        "rsid": "SNP", "chromosome": "SNPChr", "position_bp": "SNPPos", "effect_allele": "AssessedAllele",
        "other_allele": "OtherAllele", "z_score": "Zscore", "gene": "Gene", "n_samples": "NrSamples",
        "p_value": "Pvalue",
    },
    effect_allele="AssessedAllele",
    build="GRCh37",
    p_floor=3.2717e-310,
)  # fmt: skip

GTEX = Format(
    name="gtex",
    kinds=("eqtl",),
    required=("variant_id", "gene_id", "tss_distance", "ma_samples", "ma_count", "maf", "pval_nominal", "slope",
              "slope_se"),
    columns={
        "rsid": "variant_id", "gene": "gene_id", "p_value": "pval_nominal", "effect_size": "slope",
        "standard_error": "slope_se",
    },
    effect_allele="ALT, the second allele of variant_id",
    id_effect_is_second=True,
)  # fmt: skip

EQTL_CATALOGUE = Format(
    name="eqtl-catalogue",
    kinds=_QTL,
    required=("variant", "pvalue", "molecular_trait_id", "beta", "se", "chromosome", "position", "ref", "alt"),
    columns={
        "rsid": ("rsid", "variant"), "chromosome": "chromosome", "position_bp": "position", "effect_allele": "alt",
        "other_allele": "ref", "effect_size": "beta", "standard_error": "se", "p_value": "pvalue",
        "gene": ("gene_id", "molecular_trait_object_id", "molecular_trait_id"), "molecular_trait": "molecular_trait_id",
        "cpg": "molecular_trait_id", "effect_allele_count": "ac", "n_alleles": "an",
    },
    effect_allele="alt",
    build="GRCh38",
)  # fmt: skip

EQTL_CATALOGUE_CREDIBLE_SETS = Format(
    name="eqtl-catalogue-credible-sets",
    kinds=_QTL,
    required=("molecular_trait_id", "gene_id", "cs_id", "variant", "rsid", "pip", "pvalue", "beta", "se"),
    columns={
        "rsid": "variant", "effect_size": "beta", "standard_error": "se", "p_value": "pvalue", "gene": "gene_id",
        "cpg": "molecular_trait_id", "molecular_trait": "molecular_trait_id",
    },
    effect_allele="alt, the second allele of variant",
    build="GRCh38",
    id_effect_is_second=True,
)  # fmt: skip

GWAS_SSF = Format(
    name="gwas-ssf",
    kinds=_ANY,
    required=(
        "chromosome", "base_pair_location", "effect_allele", "other_allele", ("beta", "odds_ratio", "hazard_ratio"),
        ("p_value", "neg_log_10_p_value"),
    ),
    without=("hm_beta", "hm_odds_ratio"),
    columns={
        "rsid": ("rsid", "rs_id", "variant_id"), "chromosome": "chromosome", "position_bp": "base_pair_location",
        "effect_allele": "effect_allele", "other_allele": "other_allele", "effect_size": "beta",
        "odds_ratio": "odds_ratio", "hazard_ratio": "hazard_ratio", "standard_error": "standard_error",
        "ci_lower": "ci_lower", "ci_upper": "ci_upper", "effect_allele_frequency": "effect_allele_frequency",
        "p_value": "p_value", "neg_log10_p": "neg_log_10_p_value", "n_samples": "n", "z_score": "z_score",
    },
    effect_allele="effect_allele",
)  # fmt: skip

GWAS_CATALOG_HARMONISED = Format(
    name="gwas-catalog-harmonised",
    kinds=("gwas",),
    required=("hm_chrom", "hm_pos", "hm_other_allele", "hm_effect_allele", ("hm_beta", "hm_odds_ratio"), "p_value"),
    columns={
        "rsid": ("hm_rsid", "hm_variant_id"), "chromosome": "hm_chrom", "position_bp": "hm_pos",
        "effect_allele": "hm_effect_allele", "other_allele": "hm_other_allele", "effect_size": "hm_beta",
        "odds_ratio": "hm_odds_ratio", "standard_error": "standard_error", "ci_lower": "hm_ci_lower",
        "ci_upper": "hm_ci_upper", "effect_allele_frequency": "hm_effect_allele_frequency", "p_value": "p_value",
        "n_samples": "n",
    },
    effect_allele="hm_effect_allele",
    build="GRCh38",
)  # fmt: skip

OPENGWAS_VCF = Format(
    name="opengwas-vcf",
    kinds=_ANY,
    required=("#CHROM", "POS", "ID", "REF", "ALT", "FORMAT"),
    columns={
        "rsid": "ID", "chromosome": "#CHROM", "position_bp": "POS", "effect_allele": "ALT", "other_allele": "REF",
        "effect_size": "ES", "standard_error": "SE", "neg_log10_p": "LP", "effect_allele_frequency": "AF",
        "n_samples": "SS", "z_score": "EZ", "n_cases": "NC",
    },
    effect_allele="ALT",
    filters=(RowFilter("FILTER", Skip.FILTERED, keeps=("PASS",)),),
    is_vcf=True,
)  # fmt: skip

NEALE = Format(
    name="neale-ukb",
    kinds=("gwas",),
    required=("variant", "minor_allele", "minor_AF", "low_confidence_variant", "n_complete_samples", "AC", "beta", "se",
              "tstat", "pval"),
    columns={
        "rsid": "variant", "effect_size": "beta", "standard_error": "se", "p_value": "pval",
        "n_samples": "n_complete_samples", "effect_allele_count": "AC",
    },
    effect_allele="alt, the second allele of variant; never minor_allele",
    build="GRCh37",
    id_effect_is_second=True,
    flags={"low_confidence": ("low_confidence_variant", "true")},
)  # fmt: skip

PAN_UKB = Format(
    name="pan-ukb",
    kinds=("gwas",),
    required=("chr", "pos", "ref", "alt", ("beta_meta", "beta_EUR"), ("se_meta", "se_EUR"),
              ("pval_meta", "neglog10_pval_meta", "pval_EUR", "neglog10_pval_EUR")),
    columns={
        "chromosome": "chr", "position_bp": "pos", "effect_allele": "alt", "other_allele": "ref",
        "effect_size": ("beta_meta", "beta_EUR"), "standard_error": ("se_meta", "se_EUR"),
        "signed_log_p": ("pval_meta", "neglog10_pval_meta", "pval_EUR", "neglog10_pval_EUR"),
        "effect_allele_frequency": ("af_meta", "af_EUR", "af_controls_meta", "af_controls_EUR"),
    },
    effect_allele="alt",
    build="GRCh37",
)  # fmt: skip

REGENIE = Format(
    name="regenie",
    kinds=_ANY,
    required=("CHROM", "GENPOS", "ID", "ALLELE0", "ALLELE1", "A1FREQ", "TEST", "BETA", "SE", "LOG10P"),
    columns={
        "rsid": "ID", "chromosome": "CHROM", "position_bp": "GENPOS", "effect_allele": "ALLELE1",
        "other_allele": "ALLELE0", "effect_allele_frequency": "A1FREQ", "n_samples": "N", "n_cases": "N_CASES",
        "n_controls": "N_CONTROLS", "effect_size": "BETA", "standard_error": "SE", "neg_log10_p": "LOG10P",
    },
    effect_allele="ALLELE1",
    filters=(_ADDITIVE, RowFilter("EXTRA", Refusal.TEST_FAILED, rejects=("TEST_FAIL",))),
)  # fmt: skip

SAIGE = Format(
    name="saige",
    kinds=_ANY,
    required=("CHR", "POS", ("MarkerID", "SNPID"), "Allele1", "Allele2", "AF_Allele2", "BETA", "SE", "p.value"),
    columns={
        "rsid": ("MarkerID", "SNPID"), "chromosome": "CHR", "position_bp": "POS", "effect_allele": "Allele2",
        "other_allele": "Allele1", "effect_allele_frequency": "AF_Allele2", "effect_size": "BETA",
        "standard_error": "SE", "p_value": "p.value", "n_samples": "N", "n_cases": "N_case", "n_controls": "N_ctrl",
    },
    effect_allele="Allele2",
)  # fmt: skip

BOLT_LMM = Format(
    name="bolt-lmm",
    kinds=_ANY,
    required=("SNP", "CHR", "BP", "GENPOS", "ALLELE1", "ALLELE0", "A1FREQ", "BETA", "SE", "P_BOLT_LMM_INF"),
    columns={
        "rsid": "SNP", "chromosome": "CHR", "position_bp": "BP", "effect_allele": "ALLELE1",
        "other_allele": "ALLELE0", "effect_allele_frequency": "A1FREQ", "effect_size": "BETA", "standard_error": "SE",
        "p_value": ("P_BOLT_LMM", "P_BOLT_LMM_INF"),
    },
    effect_allele="ALLELE1",
)  # fmt: skip

PLINK2_GLM = Format(
    name="plink2-glm",
    kinds=_ANY,
    required=("#CHROM", "POS", "ID", "REF", "ALT", "A1", "TEST", "OBS_CT", ("BETA", "OR"),
              ("P", "LOG10_P", "NEG_LOG10_P")),
    columns={
        "rsid": "ID", "chromosome": "#CHROM", "position_bp": "POS", "effect_allele": "A1", "other_allele": "OMITTED",
        "reference_allele": "REF", "alternative_allele": "ALT", "effect_allele_frequency": "A1_FREQ",
        "n_samples": "OBS_CT", "effect_size": "BETA", "odds_ratio": "OR", "standard_error": ("SE", "LOG(OR)_SE"),
        "p_value": "P", "neg_log10_p": ("NEG_LOG10_P", "LOG10_P"),
    },
    effect_allele="A1, which may be REF",
    filters=(_ADDITIVE, RowFilter("ERRCODE", Refusal.TEST_FAILED, keeps=(".",))),
)  # fmt: skip

LDSC_SUMSTATS = Format(
    name="ldsc-sumstats",
    kinds=_ANY,
    required=("SNP", "A1", "A2", "Z", "N"),
    without=("BETA", "OR", "CHR", "BP", "P", "SE"),
    columns={
        "rsid": "SNP", "effect_allele": "A1", "other_allele": "A2", "z_score": "Z", "n_samples": "N",
        "effect_allele_frequency": "FRQ",
    },
    effect_allele="A1",
)  # fmt: skip

GWAS_CATALOG_ASSOCIATIONS = Format(
    name="gwas-catalog-associations",
    kinds=("gwas",),
    required=("PUBMEDID", "DISEASE/TRAIT", "SNPS", "STRONGEST SNP-RISK ALLELE", "P-VALUE", "P-VALUE (TEXT)", "CHR_ID",
              "CHR_POS", "MAPPED_GENE", "MAPPED_TRAIT_URI"),
    columns={
        "rsid": "SNPS", "chromosome": "CHR_ID", "position_bp": "CHR_POS", "p_value": "P-VALUE",
        "neg_log10_p": "PVALUE_MLOG", "pubmed_id": "PUBMEDID", "reported_trait": "DISEASE/TRAIT",
        "risk_allele": "STRONGEST SNP-RISK ALLELE", "effect_allele_frequency": "RISK ALLELE FREQUENCY",
        "publication_date": "DATE", "mapped_genes": "MAPPED_GENE", "mapped_trait": "MAPPED_TRAIT",
        "mapped_trait_uri": "MAPPED_TRAIT_URI", "p_value_text": "P-VALUE (TEXT)", "or_or_beta": "OR or BETA",
        "ci_text": "95% CI (TEXT)", "sample_text": ("INITIAL SAMPLE SIZE", "INITIAL SAMPLE DESCRIPTION"),
    },
    effect_allele="the risk allele; effects carry no sure sign",
    missing=("NR", "?"),
    is_signed=False,
)  # fmt: skip

METAL_STDERR = Format(
    name="metal",
    kinds=_ANY,
    required=("MarkerName", "Allele1", "Allele2", "Effect", "StdErr", "P-value", "Direction"),
    columns={
        "rsid": "MarkerName", "effect_allele": "Allele1", "other_allele": "Allele2", "effect_size": "Effect",
        "standard_error": "StdErr", "p_value": "P-value", "effect_allele_frequency": "Freq1",
        "n_samples": "TotalSampleSize",
    },
    effect_allele="Allele1",
)  # fmt: skip

METAL_SAMPLE_SIZE = Format(
    name="metal-sample-size",
    kinds=_ANY,
    required=("MarkerName", "Allele1", "Allele2", "Weight", "Zscore", "P-value", "Direction"),
    columns={
        "rsid": "MarkerName", "effect_allele": "Allele1", "other_allele": "Allele2", "z_score": "Zscore",
        "p_value": "P-value", "effect_allele_frequency": "Freq1", "n_samples": "TotalSampleSize",
    },
    effect_allele="Allele1",
)  # fmt: skip

MUNGE_SUMSTATS = Format(
    name="mungesumstats",
    kinds=_ANY,
    required=("SNP", "CHR", "BP", "A1", "A2", ("BETA", "OR", "Z"), "P"),
    columns={
        "rsid": "SNP", "chromosome": "CHR", "position_bp": "BP", "effect_allele": "A2", "other_allele": "A1",
        "effect_size": "BETA", "odds_ratio": "OR", "z_score": "Z", "standard_error": "SE", "p_value": "P",
        "effect_allele_frequency": "FRQ", "n_samples": "N", "n_cases": "N_CAS", "n_controls": "N_CON",
    },
    effect_allele="A2",
    is_recognised=False,
)  # fmt: skip

GCTA_FASTGWA = Format(
    name="gcta-fastgwa",
    kinds=_ANY,
    required=("CHR", "SNP", "POS", "A1", "A2", "N", "AF1", "BETA", "SE", "P"),
    columns={
        "rsid": "SNP", "chromosome": "CHR", "position_bp": "POS", "effect_allele": "A1", "other_allele": "A2",
        "n_samples": "N", "effect_allele_frequency": "AF1", "effect_size": "BETA", "standard_error": "SE",
        "p_value": "P",
    },
    effect_allele="A1",
)  # fmt: skip

GCTA_MLMA = Format(
    name="gcta-mlma",
    kinds=_ANY,
    required=("Chr", "SNP", "bp", "A1", "A2", "Freq", "b", "se", "p"),
    columns={
        "rsid": "SNP", "chromosome": "Chr", "position_bp": "bp", "effect_allele": "A1", "other_allele": "A2",
        "effect_allele_frequency": "Freq", "effect_size": "b", "standard_error": "se", "p_value": "p",
    },
    effect_allele="A1",
)  # fmt: skip

GEMMA_LMM = Format(
    name="gemma-lmm",
    kinds=_ANY,
    required=("chr", "rs", "ps", "allele1", "allele0", "af", "beta", "se", ("p_wald", "p_lrt", "p_score")),
    columns={
        "rsid": "rs", "chromosome": "chr", "position_bp": "ps", "effect_allele": "allele1", "other_allele": "allele0",
        "effect_allele_frequency": "af", "effect_size": "beta", "standard_error": "se",
        "p_value": ("p_wald", "p_lrt", "p_score"),
    },
    effect_allele="allele1",
)  # fmt: skip

BIOS_EQTM = Format(
    name="bios-eqtm",
    kinds=("eqtm",),
    required=("PValue", "SNPName", "ProbeName", "OverallZScore", "IncludedDatasetsCorrelationCoefficient"),
    columns={
        "cpg": "SNPName", "gene": "ProbeName", "abs_z_score": "OverallZScore", "p_value": "PValue",
        "sign_from": "IncludedDatasetsCorrelationCoefficient",
    },
    effect_allele="none: the sign is of the mean correlation of methylation and expression",
    build="GRCh37",
    p_floor=3.2717e-310,
)  # fmt: skip

FORMATS: Final[Mapping[str, Format]] = {
    entry.name: entry
    for entry in (
        GODMC, EQTLGEN, GTEX, EQTL_CATALOGUE, EQTL_CATALOGUE_CREDIBLE_SETS, GWAS_SSF, GWAS_CATALOG_HARMONISED,
        OPENGWAS_VCF, NEALE, PAN_UKB, REGENIE, SAIGE, BOLT_LMM, PLINK2_GLM, LDSC_SUMSTATS, GWAS_CATALOG_ASSOCIATIONS,
        METAL_STDERR, METAL_SAMPLE_SIZE, MUNGE_SUMSTATS, GCTA_FASTGWA, GCTA_MLMA, GEMMA_LMM, BIOS_EQTM,
    )
}  # fmt: skip
