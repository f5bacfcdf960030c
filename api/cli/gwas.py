"""``locusgraph gwas``: every SNP of a genotype file tested for association with one trait or several."""

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.attach_options import AttachTo, StudyId, scan_words
from api.cli.attached import show_attached_scan
from api.cli.destinations import scan_destination, show_results
from api.cli.errors import WrongUsage
from api.cli.estimates import print_next, quoted, show_counts, show_estimate, show_p
from api.cli.option import option
from api.cli.output import AsJson, print_json, print_table, stdout
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
    from services.mixed_models import KinshipFacts, RidgeFacts, ScanReport, SexFacts

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
    RIDGE = "ridge"
    RIDGE_FIRTH = "ridge-firth"


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
    trait: Annotated[list[str], option("Column of the trait; may be repeated: they share what they can.", "--trait")],
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
            "cases and controls, no kinship; ridge, ridge-firth: beside a ridge regression on the other chromosomes, "
            "for many people."
        ),
    ] = Method.EXACT,
    loco: Annotated[bool, option("Test each chromosome with the kinship of the others.", "--loco")] = False,
    min_maf: Annotated[
        float, option("Least frequency of the rarer allele (ridge: in the ridge).", min=0.0, max=0.5)
    ] = 0.01,
    max_missing: Annotated[
        float, option("Largest share of people without a genotype (ridge: in the ridge).", min=0.0, max=1.0)
    ] = 0.05,
    grm_kind: Annotated[
        GrmKind | None, option("How the kinship is scaled (of a file: was made); centred by default.", "--grm-kind")
    ] = None,
    kinship: Annotated[
        Path | None,
        option("Prefix of a .grm.bin, or GEMMA's .cXX.txt or .sXX.txt; by default that of the autosomes.", "--kinship"),
    ] = None,
    predictions: Annotated[
        Path | None,
        option(
            "Ridge: REGENIE's .loco, or its list of traits and files, instead of the first step.",
            "--predictions",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    write_predictions: Annotated[
        bool, option("Ridge: write PREFIX.loco and PREFIX_pred.list too.", "--write-predictions")
    ] = False,
    ridge_snps: Annotated[
        Path | None,
        option("Ridge: ids of its SNPs, one a line; all by default.", "--ridge-snps", exists=True, dir_okay=False),
    ] = None,
    ridge_block: Annotated[int, option("Ridge: SNPs of a block.", "--ridge-block", min=1)] = 1000,
    ridge_folds: Annotated[
        int, option("Ridge: groups of people, each predicted from the others.", "--ridge-folds", min=2)
    ] = 5,
    sex: Annotated[
        Path | None,
        option(
            "Who is male, for X: a .fam, .psam, .sample or table with SEX; by default the file beside the genotypes.",
            "--sex",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    build: Annotated[
        str | None,
        option("Genome build of the positions, for the pseudo-autosomal parts of X and for --attach.", "--build"),
    ] = None,
    double: Annotated[bool, option("Products in float64, for the last digits.", "--double")] = False,
    top: Annotated[int, option("Leads to show.", min=0)] = 10,
    out: Out = None,
    attach: AttachTo = None,
    study: StudyId = None,
    as_json: AsJson = False,
) -> None:
    """Test every SNP for association with a trait in a linear mixed model, on files of people.

    With --out the full table is PREFIX.gwas.parquet, and PREFIX.gwas.run.json says what it was made from; of several
    traits PREFIX.TRAIT.gwas.parquet. The graph is left alone without --attach.
    """
    from services.mixed_models import RidgeChoices, ScanRequest, scan_traits

    people = people_request(
        genotypes,
        phenotypes,
        traits=tuple(trait),
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
        ridge=RidgeChoices(
            block_snps=ridge_block,
            n_folds=ridge_folds,
            snps=ridge_snps,
            predictions=predictions,
            is_written=write_predictions,
        ),
        sex=sex,
        build=build,
        is_double=double,
        n_top=top,
        out=out,
    )
    if attach is not None and len(trait) > 1:
        raise WrongUsage("--attach is for one --trait: write files with --out, then locusgraph attach each")
    words = scan_words(attach, build if attach is not None else None, study)
    with scan_destination(context, out, words) as to:
        reports = scan_traits(replace(request, out=to.prefix), on_progress=to.on_progress)
        found = [to.finish(report) for report in reports]
    if as_json and len(found) > 1:
        print_json([report.to_dict() for _, report in found])
        return
    for attached, report in found:
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
    if report.ridge is not None:
        facts |= ridge_facts(report.ridge)
    if report.sex is not None:
        facts["SNPs of X"] = show_x(report.sex)
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


def ridge_facts(ridge: "RidgeFacts") -> dict[str, object]:
    """The first step in words."""
    if ridge.explained is None:
        of_first: dict[str, object] = {"predictions": ridge.source}
    else:
        left_out = {reason: number for reason, number in ridge.n_left_out.items() if number}
        of_first = {
            "SNPs in the ridge": ridge.n_snps,
            "SNPs left out of the ridge": show_counts(left_out) if left_out else None,
            "blocks, people in folds": f"{ridge.n_blocks} of {ridge.block_snps:,} SNPs or fewer, {ridge.n_folds}",
            "the ridge explains": f"{ridge.explained:.4f} out of sample (penalty of h2 {ridge.level1_heritability:g})",
        }
    correlation = None if ridge.correlation is None else f"{ridge.correlation:.4f}"
    steps = f"{ridge.step_1_seconds:.1f} s, {ridge.step_2_seconds:.1f} s"
    return {**of_first, "correlation of predictions and trait": correlation, "first step, second step": steps}


def show_x(sex: "SexFacts") -> str:
    """How X was read, in words."""
    if sex.source is None:
        return f"{sex.n_snps + sex.n_pseudo_autosomal:,}, two copies in everybody"
    people = f"{sex.n_males:,} men, {sex.n_females:,} women by {sex.source}"
    return f"{sex.n_snps:,} that men have once, {sex.n_pseudo_autosomal:,} pseudo-autosomal; {people}"


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
        remedy = "give principal components as covariates, or leave relatives out"
        if report.ridge is not None:
            remedy = "of few people or few chromosomes a ridge takes relatives into account in part; exact does wholly"
        elif report.method == "ols":
            remedy = "the method exact takes relatives and ancestry into account"
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
