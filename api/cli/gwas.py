"""``locusgraph gwas``: every SNP of a genotype file tested for association with a trait in a mixed model."""

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.attach_options import AttachTo, Build, StudyId, scan_words
from api.cli.attached import show_attached_scan
from api.cli.destinations import scan_destination, show_results
from api.cli.estimates import print_next, quoted, show_estimate, show_p
from api.cli.option import option
from api.cli.output import AsJson, print_table, stdout
from api.cli.people_options import (
    Categorical,
    CovariateNames,
    Covariates,
    Genotypes,
    Keep,
    MissingCode,
    Out,
    Phenotypes,
    Remove,
    files_again,
    people_facts,
    people_request,
    print_notes_and_files,
    print_people,
)
from api.cli.statistics_options import PANEL

if TYPE_CHECKING:
    from services.mixed_models import KinshipFacts, ScanReport

EXAMPLE = (
    "Example: [bold]locusgraph gwas panel.bed --phenotypes traits.txt --trait height --covariates age-sex.txt --loco "
    "--out height[/bold]"
)
HIT_COLUMNS = ("=SNP", "=place", "=alleles", ">frequency", ">n", ">effect ± se", ">p")
MANY = 1.05


class Method(StrEnum):
    """How SNPs are tested."""

    EXACT = "exact"
    P3D = "p3d"
    OLS = "ols"
    FIRTH = "firth"


class GrmKind(StrEnum):
    """How a kinship is scaled."""

    CENTRED = "centred"
    STANDARDISED = "standardised"
    GCTA = "gcta"


def add_commands(app: typer.Typer) -> None:
    """Add ``gwas``."""
    app.command(rich_help_panel=PANEL, epilog=EXAMPLE)(gwas)


def gwas(  # noqa: PLR0913, PLR0917 (one parameter an option)
    context: typer.Context,
    genotypes: Genotypes,
    phenotypes: Phenotypes,
    trait: Annotated[str, option("Column of the trait.", "--trait")],
    covariates: Covariates = None,
    covariate: CovariateNames = None,
    categorical: Categorical = None,
    keep: Keep = None,
    remove: Remove = None,
    missing_code: MissingCode = "-9",
    method: Annotated[
        Method,
        option(
            "exact: each SNP its own variance ratio; p3d: that of the model without a SNP; ols: no kinship; firth: "
            "cases and controls, no kinship."
        ),
    ] = Method.EXACT,
    loco: Annotated[bool, option("Test each chromosome with the kinship of the others.", "--loco")] = False,
    min_maf: Annotated[float, option("Least frequency of the rarer allele.", min=0.0, max=0.5)] = 0.01,
    max_missing: Annotated[float, option("Largest share of people without a genotype.", min=0.0, max=1.0)] = 0.05,
    grm_kind: Annotated[
        GrmKind | None, option("How the kinship is scaled (of a file: was made); centred by default.", "--grm-kind")
    ] = None,
    kinship: Annotated[
        Path | None, option("Prefix of a .grm.bin, or GEMMA's .cXX.txt or .sXX.txt; computed by default.", "--kinship")
    ] = None,
    double: Annotated[bool, option("Products in float64, for the last digits.", "--double")] = False,
    top: Annotated[int, option("Leads to show.", min=0)] = 10,
    out: Out = None,
    attach: AttachTo = None,
    build: Build = None,
    study: StudyId = None,
    as_json: AsJson = False,
) -> None:
    """Test every SNP for association with a trait in a linear mixed model, on files of people.

    With --out the full table is PREFIX.gwas.parquet, and PREFIX.gwas.run.json says what it was made from. The graph is
    left alone without --attach.
    """
    from services.mixed_models import ScanRequest, scan_genotypes

    people = people_request(
        genotypes,
        phenotypes,
        traits=(trait,),
        covariates=covariates,
        names=covariate,
        categorical=categorical,
        keep=keep,
        remove=remove,
        missing_code=missing_code,
    )
    request = ScanRequest(
        people=people,
        method=method.value,
        is_loco=loco,
        minimum_maf=min_maf,
        maximum_missing=max_missing,
        grm_kind=None if grm_kind is None else grm_kind.value,
        kinship=kinship,
        is_double=double,
        n_top=top,
        out=out,
    )
    with scan_destination(context, out, scan_words(attach, build, study)) as to:
        report = scan_genotypes(replace(request, out=to.prefix), on_progress=to.on_progress)
        attached, report = to.finish(report)
    show_results(report, attached, show=show_scan, show_attached=show_attached_scan, as_json=as_json)


def show_scan(report: "ScanReport") -> None:
    """Print who and what was tested, the model without a SNP, and the leads."""
    null = report.null
    facts: dict[str, object] = {
        **people_facts(report),
        "cases, controls": None if report.n_cases is None else f"{report.n_cases:,}, {report.n_controls:,}",
        "trait": report.trait,
        "method": f"{report.method}, each chromosome left out" if report.is_loco else report.method,
        "SNPs read": report.n_snps,
        "SNPs tested": report.n_tested,
        "kinship": None if report.kinship is None else show_kinship(report.kinship),
    }
    if null is not None:
        facts |= {
            "PVE (h2 of the SNPs)": show_estimate(null.pve, null.pve_se)
            if null.pve_se is not None
            else f"{null.pve:.4f}",
            "mean diagonal of the kinship": f"{null.trace:.4f}",
            "lambda (vg / ve), REML and ML": f"{null.lambda_reml:.4f}, {null.lambda_ml:.4f}",
            "log-likelihood, REML and ML": f"{null.logl_reml:.2f}, {null.logl_ml:.2f}",
        }
    facts |= {
        "lambda GC": ", ".join(f"{value:.4f} ({test})" for test, value in report.lambda_gc.items()),
        "SNPs with p < 5e-8": report.n_genome_wide,
        "time": f"{report.seconds:.1f} s",
    }
    print_people("association of each SNP", facts)
    _show_dropped(report)
    _show_hits(report)
    _show_remarks(report)
    print_notes_and_files(report)
    print_next(_next_commands(report))


def show_kinship(kinship: "KinshipFacts") -> str:
    """How a matrix was made, in words."""
    n_snps = f", {kinship.n_snps:,} SNPs" if kinship.n_snps else ""
    bars = "" if kinship.minimum_maf is None else f" (MAF from {kinship.minimum_maf:g})"
    return f"{kinship.grm_kind}{n_snps}{bars}, {kinship.source}"


def _show_dropped(report: "ScanReport") -> None:
    rows = [(reason.replace("_", " "), number) for reason, number in report.n_dropped.items() if number]
    if rows:
        print_table(f"{sum(number for _, number in rows):,} SNPs left out", ("reason", ">SNPs"), rows)


def _show_hits(report: "ScanReport") -> None:
    rows = [
        (
            hit.rsid,
            f"{hit.chromosome or '?'}:{hit.position_bp or '?'}",
            f"{hit.effect_allele}/{hit.other_allele}",
            f"{hit.frequency:.3f}",
            hit.n,
            show_estimate(hit.beta, hit.se),
            show_p(hit.neg_log10_p),
        )
        for hit in report.hits
    ]
    if rows:
        note = "One SNP a locus (500 kb on each side); the effect is that of a copy of the first allele."
        print_table(f"{len(rows)} leads by the {report.judged_by} test", HIT_COLUMNS, rows, note=note)


def _show_remarks(report: "ScanReport") -> None:
    null = report.null
    if null is not None and null.is_at_bound:
        stdout().print(
            "[yellow]note[/yellow]  The variance ratio stands at the end of its range: this kinship explains nothing "
            "of the trait, or all of it; read the PVE with care.",
            soft_wrap=True,
        )
    if report.kinship is None and report.lambda_gc[report.judged_by] > MANY:
        remedy = (
            "the method exact takes relatives and ancestry into account"
            if report.method == "ols"
            else ("give principal components as covariates, or leave relatives out")
        )
        stdout().print(f"[yellow]note[/yellow]  lambda GC is above {MANY:g}: {remedy}.", soft_wrap=True)


def _next_commands(report: "ScanReport") -> list[str]:
    files = f"{files_again(report)} --trait {quoted(report.trait)}"
    commands = []
    if not report.files:
        method = "" if report.method == "exact" else f" --method {report.method}"
        commands.append(f"locusgraph gwas {files}{method}{' --loco' if report.is_loco else ''} --out PREFIX")
    has_several = (report.n_chromosomes or 0) > 1
    if report.method == "ols":
        commands.append(f"locusgraph gwas {files}{' --loco' if has_several else ''}")
    else:
        scale = "" if report.n_cases is None else " --population-prevalence SHARE"
        commands.append(f"locusgraph reml {files}{' --by chromosome' if has_several else ''}{scale}")
    return commands
