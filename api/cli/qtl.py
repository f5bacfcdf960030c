"""``locusgraph qtl``: SNPs near and far of molecular traits, such as the expression of genes."""

import math
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.estimates import print_next, quoted, show_counts, show_estimate
from api.cli.gwas import GrmKind, show_kinship
from api.cli.option import option
from api.cli.output import AsJson, print_json, print_table
from api.cli.people_options import (
    Categorical,
    CovariateNames,
    Genotypes,
    Keep,
    Out,
    Remove,
    people_facts,
    people_request,
    print_notes_and_files,
    print_people,
)
from api.cli.progress import progress_bar
from api.cli.statistics_options import PANEL

if TYPE_CHECKING:
    from services.mixed_models import QtlReport

EXAMPLE = (
    "Example: [bold]locusgraph qtl panel.bed --traits expression.bed.gz --covariates peer.txt --out blood[/bold], then "
    "[bold]locusgraph attach blood.qtl.run.json --kind eqtl --build GRCh38[/bold]"
)
GENE_COLUMNS = ("=trait", "=place", ">tests", "=SNP", "=alleles", ">effect ± se", ">p", ">p of trait", ">q")
JUDGED = {
    "beta": "permutations and their beta distribution",
    "permutations": "permutations",
    "bonferroni": "Bonferroni within each trait",
}
_NOT_LOST = {"n_rows", "n_traits"}
COMPONENT = "trait_component_"


class Mode(StrEnum):
    """Which pairs are tested."""

    CIS = "cis"
    TRANS = "trans"
    BOTH = "both"


class Method(StrEnum):
    """How pairs are tested."""

    OLS = "ols"
    P3D = "p3d"


def add_commands(app: typer.Typer) -> None:
    """Add ``qtl``."""
    app.command(rich_help_panel=PANEL, epilog=EXAMPLE)(qtl)


def qtl(  # noqa: PLR0913, PLR0917 (one parameter an option)
    genotypes: Genotypes,
    traits: Annotated[
        Path,
        option(
            "Molecular traits, a row a trait and a column a person: the BED of FastQTL, QTLtools and tensorQTL, or an "
            "id first; text or Parquet.",
            "--traits",
            exists=True,
            dir_okay=False,
        ),
    ],
    covariates: Annotated[
        Path | None,
        option("FastQTL's (id rows, people columns), or FID, IID and covariates.", exists=True, dir_okay=False),
    ] = None,
    covariate: CovariateNames = None,
    categorical: Categorical = None,
    keep: Keep = None,
    remove: Remove = None,
    genes: Annotated[
        Path | None, option("Places of genes (table or GTF), for traits without.", exists=True, dir_okay=False)
    ] = None,
    sum_by: Annotated[str | None, option("Sum rows by this column: transcripts to genes.")] = None,
    other_column: Annotated[list[str] | None, option("Column that is no person; may be repeated.")] = None,
    scale_people: Annotated[bool, option("Divide counts by each person's sum.", "--scale-people")] = False,
    min_expressed: Annotated[float, option("Least share of people with a value above 0.", min=0.0, max=1.0)] = 0.0,
    inverse_normal: Annotated[bool, option("Replace values by normal quantiles of their ranks.")] = True,
    trait_components: Annotated[int, option("Principal components of the traits as covariates.", min=0)] = 0,
    mode: Annotated[Mode, option("Pairs within the window, all others, or both.")] = Mode.CIS,
    window_bp: Annotated[int, option("Base pairs on each side of a trait that are cis.", min=0)] = 1_000_000,
    method: Annotated[Method, option("Least squares, or a mixed model with kinship (p3d).")] = Method.OLS,
    min_maf: Annotated[float, option("Least frequency of the rarer allele.", min=0.0, max=0.5)] = 0.01,
    max_missing: Annotated[float, option("Largest share of people without a genotype.", min=0.0, max=1.0)] = 0.05,
    cis_p: Annotated[float, option("Largest p of the cis pairs that are kept; 1 keeps all.")] = 1.0,
    trans_p: Annotated[float, option("Largest p of the trans pairs that are kept.")] = 1e-5,
    permutations: Annotated[int, option("Permutations for p-values of traits; 0 for none.", min=0)] = 1000,
    seed: Annotated[int, option("Of the permutations.", min=0)] = 1,
    fdr: Annotated[float, option("False discovery rate at which traits are counted.")] = 0.05,
    grm_kind: Annotated[
        GrmKind | None, option("How the kinship is scaled (of a file: was made); centred by default.", "--grm-kind")
    ] = None,
    kinship: Annotated[
        Path | None, option("Prefix of a .grm.bin, or GEMMA's .cXX.txt or .sXX.txt; computed by default.", "--kinship")
    ] = None,
    top: Annotated[int, option("Traits to show.", min=0)] = 10,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Map QTL of molecular traits, such as the expression of genes, on files of people; leave the graph alone.

    With --out all pairs are PREFIX.qtl.parquet, the traits PREFIX.qtl.genes.parquet, and PREFIX.qtl.run.json says what
    they were made from.
    """
    from services.mixed_models import QtlRequest, map_qtl

    people = people_request(
        genotypes,
        traits,
        traits=(),
        covariates=covariates,
        names=covariate,
        categorical=categorical,
        keep=keep,
        remove=remove,
        missing_code="none",
    )
    request = QtlRequest(
        people=people,
        genes=genes,
        sum_by=sum_by,
        other_columns=tuple(other_column or ()),
        is_scaled=scale_people,
        minimum_expressed=min_expressed,
        is_inverse_normal=inverse_normal,
        n_factors=trait_components,
        mode=mode.value,
        window_bp=window_bp,
        method=method.value,
        minimum_maf=min_maf,
        maximum_missing=max_missing,
        cis_p=cis_p,
        trans_p=trans_p,
        n_permutations=permutations,
        seed=seed,
        fdr=fdr,
        grm_kind=None if grm_kind is None else grm_kind.value,
        kinship=kinship,
        n_top=top,
        out=out,
    )
    with progress_bar() as on_progress:
        report = map_qtl(request, on_progress=on_progress)
    if as_json:
        print_json(report.to_dict())
    else:
        show_map(report)


def show_map(report: "QtlReport") -> None:
    """Print who and what was tested, what was lost where, and the strongest traits."""
    counts = report.trait_counts
    lost = {name.removeprefix("n_"): number for name, number in counts.items() if name not in _NOT_LOST}
    print_people(
        "QTL of molecular traits",
        {
            **people_facts(report),
            "covariates": _covariates(report.covariates),
            "rows of the table": counts["n_rows"],
            "traits": counts["n_traits"] if counts["n_traits"] != counts["n_rows"] else None,
            "rows and traits left out": show_counts(lost),
            "traits tested": report.n_traits,
            "traits with a SNP": report.n_traits_with_snps,
            "SNPs read": report.n_snps,
            "SNPs left out": show_counts(report.n_dropped),
            "SNPs that pass": report.n_snps_passing,
            "method": report.method,
            "kinship": None if report.kinship is None else show_kinship(report.kinship),
            "cis pairs tested, kept": _pairs(report.n_cis_tests, report.n_cis_kept),
            "trans pairs tested, kept": _pairs(report.n_trans_tests, report.n_trans_kept),
            "lambda GC of cis pairs": None if report.lambda_gc_cis is None else f"{report.lambda_gc_cis:.4f}",
            "p of traits by": _judged(report),
            f"traits with q of at most {report.fdr:g}": report.n_significant,
            "their significant pairs": report.n_significant_pairs,
            "traits that pass by Bonferroni": None
            if report.judged_by == "bonferroni"
            else report.n_significant_bonferroni,
            "time": f"{report.seconds:.1f} s",
        },
    )
    _show_genes(report)
    print_notes_and_files(report)
    print_next(_next_commands(report))


def _covariates(names: tuple[str, ...]) -> str | None:
    """Their names, components of the traits by number."""
    given = [name for name in names if not name.startswith(COMPONENT)]
    n_components = len(names) - len(given)
    return ", ".join([*given, *([f"{n_components} components of the traits"] if n_components else [])]) or None


def _pairs(n_tested: int | None, n_kept: int | None) -> str | None:
    return None if n_tested is None or n_kept is None else f"{n_tested:,}, {n_kept:,}"


def _judged(report: "QtlReport") -> str:
    words = JUDGED[report.judged_by]
    return f"{report.n_permutations:,} {words}" if report.n_permutations else words


def _show_genes(report: "QtlReport") -> None:
    rows = [
        (
            gene.trait,
            f"{gene.chromosome}:{gene.position_bp}",
            gene.n_tests,
            gene.rsid,
            f"{gene.effect_allele}/{gene.other_allele}",
            show_estimate(gene.beta, gene.se),
            _short_p(gene.neg_log10_p),
            _short_p(gene.neg_log10_p_gene),
            f"{gene.q:.3g}",
        )
        for gene in report.genes
    ]
    if rows:
        note = "The SNP of the smallest p; the effect is that of a copy of the first allele, in standard deviations "
        note += "where values were made normal."
        print_table(f"{len(rows)} traits with the smallest q", GENE_COLUMNS, rows, note=note)


def _short_p(neg_log10_p: float) -> str:
    """Three digits of p, without underflow."""
    whole = math.ceil(neg_log10_p)
    return f"{10.0 ** (whole - neg_log10_p):.2f}e-{whole:02d}" if neg_log10_p > 2 else f"{10.0**-neg_log10_p:.3f}"


def _next_commands(report: "QtlReport") -> list[str]:
    described = next((file for file in report.files if file.endswith(".run.json")), None)
    if described is None:
        return [f"locusgraph qtl {quoted(report.genotypes)} --traits {quoted(report.phenotypes)} … --out PREFIX"]
    return [f"locusgraph attach {quoted(described)} --kind eqtl --build BUILD"]
