"""``locusgraph kinship``: relationship matrices of everybody genotyped, for scans, REML and other programs."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.estimates import print_next, quoted, show_counts
from api.cli.gwas import GrmKind
from api.cli.option import option
from api.cli.output import AsJson, print_json, print_table, stdout
from api.cli.people_options import Genotypes, print_people
from api.cli.progress import progress_bar
from api.cli.statistics_options import PANEL

if TYPE_CHECKING:
    from services.mixed_models import KinshipReport

EXAMPLE = "Example: [bold]locusgraph kinship panel.bed --out panel[/bold], then [bold]--kinship panel[/bold] of gwas"
COLUMNS = ("part", ">SNPs", ">mean diagonal", ">mean beside it", ">largest beside it", "=matrix")


class KinshipFormat(StrEnum):
    """Whose files are written."""

    GCTA = "gcta"
    GEMMA = "gemma"


def add_commands(app: typer.Typer) -> None:
    """Add ``kinship``."""
    app.command(rich_help_panel=PANEL, epilog=EXAMPLE)(kinship)


def kinship(  # noqa: PLR0913, PLR0917 (one parameter an option)
    genotypes: Genotypes,
    out: Annotated[Path, option("Prefix of the files to write.", "--out", dir_okay=False)],
    grm_kind: Annotated[GrmKind, option("How the matrix is scaled.", "--grm-kind")] = GrmKind.GCTA,
    file_format: Annotated[
        KinshipFormat | None, option("GCTA's .grm.bin or GEMMA's text; by the kind by default.", "--format")
    ] = None,
    by_chromosome: Annotated[bool, option("A matrix of each chromosome, all in one pass.", "--by-chromosome")] = False,
    min_maf: Annotated[float, option("Least frequency of the rarer allele.", min=0.0, max=0.49)] = 0.01,
    max_missing: Annotated[float, option("Largest share of people without a genotype.", min=0.0, max=1.0)] = 1.0,
    as_json: AsJson = False,
) -> None:
    """Compute the kinship of everybody in a genotype file and write it, with what it was made from beside it."""
    from services.mixed_models import KinshipRequest, write_kinships

    request = KinshipRequest(
        genotypes=genotypes,
        out=out,
        grm_kind=grm_kind.value,
        format=None if file_format is None else file_format.value,
        by_chromosome=by_chromosome,
        minimum_maf=min_maf,
        maximum_missing=max_missing,
    )
    with progress_bar() as on_progress:
        report = write_kinships(request, on_progress=on_progress)
    if as_json:
        print_json(report.to_dict())
    else:
        show_kinships(report)


def show_kinships(report: "KinshipReport") -> None:
    """Print what the matrices were made of, and what they look like."""
    facts: dict[str, object] = {
        "genotypes": report.genotypes,
        "people": report.n_people,
        "SNPs read": report.n_snps,
        "SNPs left out": show_counts(report.n_dropped),
        "scaled": f"{report.grm_kind}, MAF from {report.minimum_maf:g}",
        "time": f"{report.seconds:.1f} s",
    }
    print_people("kinship", facts)
    rows = [
        (
            one.part, one.n_snps, f"{one.mean_diagonal:.4f}", f"{one.mean_off_diagonal:.4f}",
            f"{one.largest_off_diagonal:.4f}", Path(one.path).name,
        )
        for one in report.kinships
    ]  # fmt: skip
    print_table(f"{len(rows)} matri{'x' if len(rows) == 1 else 'ces'}", COLUMNS, rows)
    stdout().print(f"written  {len(report.files)} files; what from: {report.files[-1]}", markup=False, soft_wrap=True)
    _say_next(report)


def _say_next(report: "KinshipReport") -> None:
    kind = "" if report.format == report.grm_kind == "gcta" else f" --grm-kind {report.grm_kind}"
    files = f"{quoted(report.genotypes)} --phenotypes FILE --trait NAME"
    first = f"--kinship {quoted(report.kinships[0].path)}"
    if len(report.kinships) == 1:
        print_next([f"locusgraph gwas {files} {first}{kind}"])
    else:
        print_next([f"locusgraph reml {files} {first} --kinship …{kind}"])
