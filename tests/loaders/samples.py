"""Small inputs for the loaders' tests: one header and row per format, and studies made of a few lines."""

import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from loaders.manifest import StudySpec
from loaders.prepare import PreparedLoad, prepare_study


@dataclass(frozen=True)
class FormatSample:
    """A header line, one row of it, and what must come out."""

    kind: str
    header: str
    row: str
    effect_allele: str
    other_allele: str
    separator: str = "\t"
    build: str | None = "GRCh37"
    settings: tuple[tuple[str, Any], ...] = ()

    def text(self) -> str:
        """The file: fields are written here with blanks between them."""
        lines = self.preamble() + [self.separator.join(line.split("|")) for line in (self.header, self.row)]
        return "\n".join(lines) + "\n"

    def preamble(self) -> list[str]:
        return (
            ["##fileformat=VCFv4.2", "##contig=<ID=1,length=249250621>"]
            if self.header.startswith("#CHROM|POS|ID|REF|ALT|QUAL")
            else []
        )


TRAIT = (("trait", "height"),)

# In every row the effect allele is named as the format means it, and the effect is +0.5 (se 0.1) or z = 5.
FORMAT_SAMPLES = {
    "godmc": FormatSample(
        "mqtl",
        "cpg|snp|beta_a1|se|pval|samplesize|allele1|allele2|freq_a1|freq_se|cistrans|num_studies|"
        "beta_are_a1|se_are|pval_are|se_mre|pval_mre",
        "cg1|chr10:100153915:SNP|0.5|0.1|5.7e-7|27251.0|A|G|0.3|NULL|TRUE|31|0.4|0.2|0.04|0.3|0.1",
        "A", "G", ",",
    ),
    "eqtlgen": FormatSample(
        "eqtl",
        "Pvalue|SNP|SNPChr|SNPPos|AssessedAllele|OtherAllele|Zscore|Gene|GeneSymbol|GeneChr|GenePos|"
        "NrCohorts|NrSamples|FDR|BonferroniP",
        "5.7E-7|rs1|1|1000|T|C|5|ENSG00000000001|X|1|900|37|31684|0.0|0.0",
        "T", "C",
    ),
    "gtex": FormatSample(
        "eqtl",
        "variant_id|gene_id|tss_distance|ma_samples|ma_count|maf|pval_nominal|slope|slope_se|"
        "pval_nominal_threshold|min_pval_nominal|pval_beta",
        "chr1_64764_C_T_b38|ENSG00000227232.5|35211|38|39|0.03|5.7e-7|0.5|0.1|1e-4|1e-6|1e-4",
        "T", "C", build="GRCh38",
    ),
    "eqtl-catalogue": FormatSample(
        "eqtl",
        "variant|r2|pvalue|molecular_trait_object_id|molecular_trait_id|maf|gene_id|median_tpm|beta|se|an|"
        "ac|ma_samples|chromosome|position|ref|alt|type|rsid",
        "chr1_64764_C_T|NA|5.7e-7|ENSG00000000001|ENSG00000000001|0.1|ENSG00000000001|1.0|0.5|0.1|200|180|"
        "20|1|64764|C|T|SNP|rs1",
        "T", "C", build="GRCh38",
    ),
    "eqtl-catalogue-credible-sets": FormatSample(
        "eqtl",
        "molecular_trait_id|gene_id|cs_id|variant|rsid|cs_size|pip|pvalue|beta|se|z|cs_min_r2|region",
        "ENSG00000000001|ENSG00000000001|L1|chr1_64764_C_T|rs1|3|0.3|5.7e-7|0.5|0.1|5|0.9|1:1-2",
        "T", "C", build="GRCh38",
    ),
    "gwas-ssf": FormatSample(
        "gwas",
        "chromosome|base_pair_location|effect_allele|other_allele|beta|standard_error|"
        "effect_allele_frequency|p_value|rsid|n",
        "23|1000|A|G|0.5|0.1|0.3|5.7e-7|rs1|1000",
        "A", "G", settings=TRAIT,
    ),
    "gwas-catalog-harmonised": FormatSample(
        "gwas",
        "hm_variant_id|hm_rsid|hm_chrom|hm_pos|hm_other_allele|hm_effect_allele|hm_beta|hm_odds_ratio|"
        "hm_ci_lower|hm_ci_upper|hm_effect_allele_frequency|hm_code|chromosome|base_pair_location|"
        "effect_allele|other_allele|beta|standard_error|p_value",
        "1_1000_G_A|rs1|1|1000|G|A|0.5|NA|NA|NA|0.3|10|1|990|G|A|-0.5|0.1|5.7e-7",
        "A", "G", build="GRCh38", settings=TRAIT,
    ),
    "opengwas-vcf": FormatSample(
        "gwas",
        "#CHROM|POS|ID|REF|ALT|QUAL|FILTER|INFO|FORMAT|ieu-a-2",
        "1|1000|rs1|G|A|.|PASS|AF=0.3|ES:SE:LP:AF:SS:ID|0.5:0.1:6.24:0.3:1000:rs1",
        "A", "G", settings=TRAIT,
    ),
    "neale-ukb": FormatSample(
        "gwas",
        "variant|minor_allele|minor_AF|low_confidence_variant|n_complete_samples|AC|ytx|beta|se|tstat|pval",
        "1:1000:G:A|G|0.3|true|1000|1400|1|0.5|0.1|5|5.7e-7",
        "A", "G", settings=TRAIT,
    ),
    "pan-ukb": FormatSample(
        "gwas",
        "chr|pos|ref|alt|af_meta|beta_meta|se_meta|pval_meta",
        "1|1000|G|A|0.3|0.5|0.1|-14.37",
        "A", "G", settings=TRAIT,
    ),
    "regenie": FormatSample(
        "gwas",
        "CHROM|GENPOS|ID|ALLELE0|ALLELE1|A1FREQ|INFO|N|TEST|BETA|SE|CHISQ|LOG10P|EXTRA",
        "1|1000|rs1|G|A|0.3|1|1000|ADD|0.5|0.1|25|6.24|NA",
        "A", "G", " ", settings=TRAIT,
    ),
    "saige": FormatSample(
        "gwas",
        "CHR|POS|MarkerID|Allele1|Allele2|AC_Allele2|AF_Allele2|MissingRate|BETA|SE|Tstat|var|p.value|N",
        "1|1000|rs1|G|A|600|0.3|0|0.5|0.1|5|1|5.7e-7|1000",
        "A", "G", settings=TRAIT,
    ),
    "bolt-lmm": FormatSample(
        "gwas",
        "SNP|CHR|BP|GENPOS|ALLELE1|ALLELE0|A1FREQ|INFO|CHISQ_LINREG|P_LINREG|BETA|SE|CHISQ_BOLT_LMM_INF|"
        "P_BOLT_LMM_INF|CHISQ_BOLT_LMM|P_BOLT_LMM",
        "rs1|1|1000|0.40299|A|G|0.3|1|25|5.7e-7|0.5|0.1|25|5.8e-7|25|5.7e-7",
        "A", "G", settings=TRAIT,
    ),
    "plink2-glm": FormatSample(
        "gwas",
        "#CHROM|POS|ID|REF|ALT|A1|TEST|OBS_CT|BETA|SE|T_STAT|P|ERRCODE",
        "1|1000|rs1|A|G|A|ADD|1000|0.5|0.1|5|5.7e-7|.",
        "A", "G", settings=TRAIT,
    ),
    "ldsc-sumstats": FormatSample("gwas", "SNP|N|Z|A1|A2", "rs1|1000|5.000|A|G", "A", "G", settings=TRAIT),
    "gwas-catalog-associations": FormatSample(
        "gwas",
        "PUBMEDID|DATE|DISEASE/TRAIT|INITIAL SAMPLE DESCRIPTION|CHR_ID|CHR_POS|MAPPED_GENE|"
        "STRONGEST SNP-RISK ALLELE|SNPS|RISK ALLELE FREQUENCY|P-VALUE|PVALUE_MLOG|P-VALUE (TEXT)|"
        "OR or BETA|95% CI (TEXT)|MAPPED_TRAIT|MAPPED_TRAIT_URI",
        "1|23-Jul-2014|Height|1,000 European ancestry cases, 2,500 European ancestry controls|1.0|1000.0|"
        "ABC - DEF|rs1-A|rs1|0.3|5.7e-7|6.24||1.3|[1.1-1.5]|body height|"
        "http://www.ebi.ac.uk/efo/EFO_0004339",
        "A", "", build="GRCh38",
    ),
    "metal": FormatSample(
        "gwas",
        "MarkerName|Allele1|Allele2|Effect|StdErr|P-value|Direction|HetISq|HetChiSq|HetDf|HetPVal",
        "rs1|a|g|0.5|0.1|5.7e-7|+++|0|0.5|2|0.7",
        "A", "G", settings=TRAIT,
    ),
    "metal-sample-size": FormatSample(
        "gwas",
        "MarkerName|Allele1|Allele2|Weight|Zscore|P-value|Direction|HetISq|HetChiSq|HetDf|HetPVal",
        "rs1|a|g|6806.00|5|5.7e-7|+++|0|0.5|2|0.7",
        "A", "G", settings=TRAIT,
    ),
    "mungesumstats": FormatSample(
        "gwas", "SNP|CHR|BP|A1|A2|FRQ|BETA|SE|P|N", "rs1|1|1000|G|A|0.3|0.5|0.1|5.7e-7|1000",
        "A", "G", settings=(*TRAIT, ("format", "mungesumstats")),
    ),
    "gcta-fastgwa": FormatSample(
        "gwas", "CHR|SNP|POS|A1|A2|N|AF1|BETA|SE|P", "1|rs1|1000|A|G|1410|0.44|0.5|0.1|5.7e-7", "A", "G", settings=TRAIT
    ),
    "gcta-mlma": FormatSample(
        "gwas", "Chr|SNP|bp|A1|A2|Freq|b|se|p", "1|rs1|1000|A|G|0.44|0.5|0.1|5.7e-7", "A", "G", settings=TRAIT
    ),
    "gemma-lmm": FormatSample(
        "gwas", "chr|rs|ps|n_miss|allele1|allele0|af|beta|se|logl_H1|l_remle|p_wald",
        "1|rs1|1000|0|A|G|0.44|0.5|0.1|-1|4|5.7e-7", "A", "G", settings=TRAIT,
    ),
}  # fmt: skip


def write_text(path: Path, text: str) -> Path:
    """Write a table, gzipped where its name says so."""
    data = text.encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def make_study(path: Path, kind: str = "gwas", **settings: Any) -> StudySpec:
    """A study of one file, on GRCh37, of which every row becomes an edge."""
    defaults: dict[str, Any] = {"build": "GRCh37", "p_threshold": 1.0}
    if kind == "gwas":
        defaults["trait"] = "height"
    return StudySpec("study-1", kind, (path,), **{**defaults, **settings})


GWAS_COLUMNS = {
    "rsid": "SNP",
    "chromosome": "CHR",
    "position_bp": "BP",
    "effect_allele": "EA",
    "other_allele": "OA",
    "effect_size": "B",
    "standard_error": "SE",
    "p_value": "P",
    "n_samples": "N",
}


def write_gwas(path: Path, rows: list[str]) -> StudySpec:
    """A GWAS whose rows are `SNP CHR BP EA OA B SE P N`, mapped by columns."""
    lines = ["\t".join(GWAS_COLUMNS.values()), *("\t".join(row.split()) for row in rows)]
    return make_study(write_text(path, "\n".join(lines) + "\n"), columns=GWAS_COLUMNS)


def load(spec: StudySpec, folder: Path, **settings: Any) -> tuple[PreparedLoad, pl.DataFrame]:
    """Prepare a study and read its table."""
    prepared = prepare_study(spec, reference_build="GRCh37", folder=folder / "load", **settings)
    return prepared, pl.read_parquet(prepared.table)


def load_gwas(tmp_path: Path, rows: list[str], **settings: Any) -> tuple[PreparedLoad, pl.DataFrame]:
    """Prepare a GWAS of rows `SNP CHR BP EA OA B SE P N`; any share may be refused."""
    return load(write_gwas(tmp_path / "gwas.tsv", rows), tmp_path, **{"max_refused_share": 1.0, **settings})
