"""``locusgraph munge``: a GWAS file of any known format becomes aligned z scores for LD score regression."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.errors import WrongUsage
from api.cli.estimates import print_known, print_next
from api.cli.option import option
from api.cli.output import AsJson, print_json, print_table, stdout
from api.cli.progress import progress_bar
from api.cli.statistics_options import PANEL

if TYPE_CHECKING:
    from services.statistics.munging import MungeReport

EXAMPLE = "Example: [bold]locusgraph munge gwas.txt.gz --out gwas --merge-alleles w_hm3.snplist[/bold]"


def add_commands(app: typer.Typer) -> None:
    """Add ``munge``."""
    app.command(rich_help_panel=PANEL, epilog=EXAMPLE)(munge)


def munge(  # noqa: PLR0913, PLR0917 (one parameter an option)
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="GWAS file: text, VCF or Parquet.")],
    out: Annotated[Path, option("File to write; .sumstats.gz is added to a bare name.", dir_okay=False)],
    file_format: Annotated[str | None, option("Format; the header decides by default.", "--format")] = None,
    column: Annotated[
        list[str] | None, option("What a column is, as p=P_BOLT_LMM; may be repeated.", "--column", "--columns")
    ] = None,
    ids_from: Annotated[
        str | None,
        option(
            "For a GWAS without rsids: a .bim, LD scores, or table of rsid, chromosome, position, alleles (@ for the "
            "chromosome); rows are named by place and alleles. Needs --build."
        ),
    ] = None,
    build: Annotated[
        str | None, option("Genome build of the positions, of the GWAS and of --ids-from alike; nothing is lifted.")
    ] = None,
    n: Annotated[float | None, option("Sample size of all rows.", "--n", min=1.0)] = None,
    n_cases: Annotated[float | None, option("Cases, where the file has no sample size.", min=1.0)] = None,
    n_controls: Annotated[float | None, option("Controls, where the file has none.", min=1.0)] = None,
    minimum_info: Annotated[float, option("Keep imputation quality from this.", "--min-info", min=0.0)] = 0.9,
    minimum_maf: Annotated[
        float, option("Keep minor allele frequencies above this.", "--min-maf", min=0.0, max=0.5)
    ] = 0.01,
    minimum_n: Annotated[
        float | None, option("Keep sample sizes from this; the 90 % quantile over 1.5 by default.", "--min-n")
    ] = None,
    merge_alleles: Annotated[
        Path | None, option("List of SNP, A1, A2: keep these SNPs with these alleles.", exists=True, dir_okay=False)
    ] = None,
    keep_all_listed: Annotated[
        bool, option("Write every SNP of the list, without z where the GWAS lacks it.", "--keep-all-listed")
    ] = False,
    keep_places: Annotated[bool, option("Keep CHR and BP: another build is then noticed.", "--keep-places")] = False,
    any_median: Annotated[
        bool, option("Accept a signed column whose median is far from no effect.", "--any-median")
    ] = False,
    decimals: Annotated[int, option("Digits of Z after the point.", min=1, max=17)] = 6,
    as_json: AsJson = False,
) -> None:
    """Clean GWAS summary statistics for LD score regression: SNP, effect allele, other allele, z, N.

    Every row read is written or left out under one reason; p-values too small for a float are taken from the effect.
    """
    from services.statistics.munging import MungeOptions, munge_file

    if keep_all_listed and merge_alleles is None:
        raise WrongUsage("--keep-all-listed is about a list: give it with --merge-alleles LIST")
    options = MungeOptions(
        format=file_format,
        columns=_read_columns(column or []),
        build=build,
        n=n,
        n_cases=n_cases,
        n_controls=n_controls,
        minimum_info=minimum_info,
        minimum_frequency=minimum_maf,
        minimum_n=minimum_n,
        merge_alleles=merge_alleles,
        keeps_all_listed=keep_all_listed,
        checks_median=not any_median,
        keeps_places=keep_places,
    )
    with progress_bar() as on_progress:
        on_progress(0, 0, f"munging {file.name}")
        report = munge_file(file, options, ids_from=ids_from, out=out, decimals=decimals)
    if as_json:
        print_json(report.to_dict())
    else:
        show_munge(report)


def _read_columns(pairs: list[str]) -> dict[str, str]:
    """Field to column of each ``field=column``.

    Raises
    ------
    WrongUsage
        For a pair without an equals sign, and for a field that is named twice.
    """
    columns: dict[str, str] = {}
    for pair in pairs:
        field, is_pair, name = pair.partition("=")
        if not (field and is_pair and name):
            raise WrongUsage(f"--column takes field=column, such as p=P_BOLT_LMM, not {pair!r}")
        if field in columns:
            raise WrongUsage(f"--column names {field} twice: {columns[field]} and {name}")
        columns[field] = name
    return columns


def show_munge(report: "MungeReport") -> None:
    """Print how the file was read, what was left out and why, and the statistics of the rest."""
    facts = report.facts
    stdout().print("[bold]munged statistics[/bold]")
    print_known(
        {
            "file": report.source,
            "format": facts.format,
            "effect allele": facts.effect_allele,
            "sign from": facts.signed,
            "its median": facts.median,
            "N from": facts.n_source,
            "z from effect and error (p too small)": facts.n_from_effect or None,
            "rows read": report.n_read,
            "rows written": report.n_written,
            "mean chi²": f"{facts.mean_chi2:.4f}",
            "lambda GC": f"{facts.lambda_gc:.4f}",
            "largest chi²": f"{facts.maximum_chi2:.1f}",
            "rows with p < 5e-8": facts.n_significant,
            "time": f"{report.seconds:.1f} s",
        }
    )
    _show_losses(report)
    for note in facts.notes:
        stdout().print(f"[yellow]note[/yellow]  {note}", soft_wrap=True)
    stdout().print(f"written  {report.out}", markup=False, soft_wrap=True)
    print_next([f"locusgraph h2 {report.out} --ld-scores PREFIX"])


def _show_losses(report: "MungeReport") -> None:
    from services.statistics.munging import explain_loss

    rows = [(reason.replace("_", " "), n_rows, explain_loss(reason)) for reason, n_rows in report.losses.items()]
    if rows:
        print_table(f"{report.n_read - report.n_written:,} rows left out", ("reason", ">rows", "meaning"), rows)
