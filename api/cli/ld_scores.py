"""``locusgraph ldscore``: LD scores of a panel, for its SNPs in the graph or as files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.errors import WrongUsage
from api.cli.estimates import print_flags, print_known, print_next, show_counts, show_status
from api.cli.option import option
from api.cli.output import AsJson, print_json, print_table, stdout
from api.cli.statistics_options import PANEL, opened_unless

if TYPE_CHECKING:
    from services.statistics import LdScoreReport

COMPAT_CHUNK = 50
EXAMPLE = "Example: [bold]locusgraph ldscore panel.bed --window-cm 1 --annotation enhancers.bed --out ld/panel[/bold]"


def add_commands(app: typer.Typer) -> None:
    """Add ``ldscore``."""
    app.command("ldscore", rich_help_panel=PANEL, epilog=EXAMPLE)(ldscore)


def ldscore(  # noqa: PLR0913, PLR0917 (one parameter an option)
    context: typer.Context,
    panel: Annotated[str, typer.Argument(help="LD panel of the graph, or a PLINK .bed (@ for the chromosome).")],
    window_cm: Annotated[float | None, option("Half width of the window in cM; 1 when no window is given.")] = None,
    window_kb: Annotated[float | None, option("Half width of the window in kb.")] = None,
    window_snps: Annotated[int | None, option("Half width of the window in SNPs.", min=1)] = None,
    annotation: Annotated[
        list[str] | None,
        option(
            "Loaded annotation study, BED file of intervals, gene set (.GeneSet, .grp, .gmt) or .annot files (full or "
            "thin, @ for the chromosome), in the panel's build; may be repeated."
        ),
    ] = None,
    genes: Annotated[
        Path | None,
        option(
            "Places of the genes of gene sets: columns gene, chr, start, end, or a GTF.", exists=True, dir_okay=False
        ),
    ] = None,
    gene_window_kb: Annotated[float, option("Window around each gene of a gene set, in kb.", min=0.0)] = 100.0,
    exponent: Annotated[float | None, option("Weigh annotations by (p(1-p))^S.")] = None,
    per_allele: Annotated[bool, option("The same with S = 1: LD scores per allele.", "--per-allele")] = False,
    maf: Annotated[float, option("Leave out SNPs with a minor allele frequency up to this.", min=0.0, max=0.5)] = 0.0,
    pairs: Annotated[float | None, option("Keep pairs of SNPs with an r² of at least this.", min=0.0, max=1.0)] = None,
    exact: Annotated[bool, option("float64 all the way; slower.", "--exact")] = False,
    compat: Annotated[bool, option("The original program's slightly wider windows.", "--compat")] = False,
    yes_really: Annotated[bool, option("Allow a window over a whole chromosome.", "--yes-really")] = False,
    processes: Annotated[int | None, option("Processes, a chromosome each; the setting's by default.", min=1)] = None,
    out: Annotated[
        Path | None,
        option(
            "Prefix of files in the original program's format; annotations and frequencies go to PREFIX.l2.annot.gz "
            "and .l2.frq, pairs to PREFIX.ld_pairs.parquet."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compute LD scores: how much of its neighbourhood each SNP tags, in all and for each functional category.

    A panel of the graph gives its SNPs their LD score, and pairs of SNPs their r² with --pairs; a .bed file leaves the
    graph alone and needs --out. Annotations that are files make columns beside the base for either.
    """
    from services.statistics import LdScoreRequest, compute_ld_scores

    _check(panel, windows=(window_cm, window_kb, window_snps), out=out)
    if per_allele and exponent is not None:
        raise WrongUsage("--per-allele is --exponent 1: give one of them")
    request = LdScoreRequest(
        window_cm=window_cm,
        window_kb=window_kb,
        window_snps=window_snps,
        annotations=tuple(annotation or ()),
        genes=genes,
        gene_window_bp=round(1000 * gene_window_kb),
        exponent=1.0 if per_allele else exponent,
        minimum_maf=maf,
        is_exact=exact,
        chunk_size=COMPAT_CHUNK if compat else None,
        pair_threshold=pairs,
        allow_whole_chromosome=yes_really,
        n_processes=processes,
        out=out,
    )
    with opened_unless(context, are_files=_is_bed(panel)) as (store, settings, on_progress):
        report = compute_ld_scores(store, settings, panel, options=request, on_progress=on_progress)
    if as_json:
        print_json(report.to_dict())
    else:
        show_ld_scores(report, out)


def _check(panel: str, *, windows: tuple[float | None, ...], out: Path | None) -> None:
    """Refuse two windows, a window of nothing, and a file whose scores would go nowhere."""
    given = [window for window in windows if window is not None]
    if len(given) > 1:
        raise WrongUsage("give one window: --window-cm, --window-kb or --window-snps")
    if given and given[0] <= 0:
        raise WrongUsage(f"a window is wider than 0, not {given[0]:g}")
    if out is None and _is_bed(panel):
        raise WrongUsage(f"LD scores of a file go to files: add --out PREFIX, such as --out {Path(panel).stem}")


def _is_bed(panel: str) -> bool:
    return panel.endswith(".bed") or Path(panel).is_file()


def show_ld_scores(report: "LdScoreReport", out: Path | None = None) -> None:
    """Print what was computed, and the columns with their M; `out` is the prefix of the files written."""
    stdout().print("[bold]LD scores[/bold]")
    print_known(
        {
            "panel": report.panel,
            "build": report.build,
            "people": report.n_people,
            "window": report.window,
            "SNPs": f"{report.n_snps:,} of {report.n_variants:,} variants",
            "left out": show_counts(report.n_dropped),
            "LD score, mean (largest)": f"{report.mean_ld_score:.3f} ({report.maximum_ld_score:.3f})",
            "pairs kept": report.n_pairs,
            "SNPs of the graph with an LD score": report.n_matched,
            "time": f"{report.seconds:.1f} s",
            "status": show_status(report.status, report.run_id, report.release),
        }
    )
    rows = list(zip(report.names, report.m, report.m_5_50, strict=True))
    print_table("columns", ("column", ">M", ">M, MAF > 5 %"), [(n, f"{m:,.6g}", f"{c:,.6g}") for n, m, c in rows])
    for file in report.files:
        stdout().print(f"written  {file}", markup=False, soft_wrap=True)
    print_flags(report.flags)
    print_next(["locusgraph h2 TRAIT"] if report.run_id else _next_of_files(report.files, out))


def _next_of_files(files: tuple[str, ...], out: Path | None) -> list[str]:
    """What may be asked of LD scores in files: of categories where their annotations lie beside them."""
    commands = [f"locusgraph h2 FILE.sumstats.gz --ld-scores {out}"]
    if any(file.endswith(".annot.gz") for file in files):
        beside = f"--annotations {out}.l2 --frequencies {out}.l2"
        commands.append(f"locusgraph partition FILE.sumstats.gz --ld-scores {out} {beside}")
    return commands
