"""``locusgraph demo`` and ``real``: the whole path in one command."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.candidate_report import show_report
from api.cli.cohort_report import show_cohort, show_expression, show_families, show_real_statistics
from api.cli.load_report import show_loads
from api.cli.opening import open_settings
from api.cli.output import AsJson, print_facts, print_json, print_table, stdout
from api.cli.progress import progress_bar
from api.cli.training import show_outcome

if TYPE_CHECKING:
    from services.pipeline import DemoFiles, DemoReport, RealReport
    from services.settings import Settings

CANDIDATES_SHOWN = 10
EXAMPLE_QUERY = '{ candidateLoci(trait: "%s", first: 3) { status candidates { nodes { id pValue novelty } } } }'


def add_commands(app: typer.Typer) -> None:
    """Add ``demo`` and ``real``."""
    app.command(rich_help_panel="Beginning", epilog="Example: [bold]locusgraph demo[/bold]")(demo)
    app.command(
        rich_help_panel="Beginning", epilog="Example: [bold]locusgraph real studies.toml --report real-data.md[/bold]"
    )(real)


def demo(
    context: typer.Context,
    files_only: Annotated[
        Path | None,
        typer.Option(file_okay=False, metavar="FOLDER", help="Write the simulated files to this folder, and stop."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Simulate a study with known truth, load it, train, list one trait's candidate loci, and estimate heritability.

    With --files-only no graph is started: the files are for trying out commands, and the truth lies beside them.
    """
    from services.pipeline import run_demo, write_demo_files

    if files_only is not None:
        _show_files(write_demo_files(files_only), as_json=as_json)
        return
    settings = open_settings(context)
    with progress_bar() as on_progress:
        report = run_demo(settings, on_progress)
    if as_json:
        print_json(asdict(report))
        return
    _show_demo(report)
    _say_how_to_go_on(report.candidates.trait.trait_id, settings)


def real(
    context: typer.Context,
    manifest: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Manifest (studies.toml).")],
    trait: Annotated[
        list[str] | None, typer.Option(help="Trait to list candidates for; may be repeated. Six of them by default.")
    ] = None,
    report: Annotated[Path | None, typer.Option(dir_okay=False, help="Write all tables to this Markdown file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Load a manifest of real studies, train, list candidate loci of several traits, and estimate heritability."""
    from services.pipeline import render_real, run_real

    settings = open_settings(context)
    with progress_bar() as on_progress:
        found = run_real(settings, manifest, on_progress, **({"traits": trait} if trait else {}))
    if report is not None:
        report.write_text(render_real(found), encoding="utf-8")
    if as_json:
        print_json(asdict(found))
    else:
        _show_real(found)


def _show_files(files: "DemoFiles", *, as_json: bool) -> None:
    """What lies where."""
    if as_json:
        print_json(asdict(files))
        return
    rows = [(file, kind, study) for study, kind, file in files.studies]
    note = f"{files.manifest} names them all, for locusgraph ingest; {files.truth} says what was planted in them"
    print_table(f"simulated files in {files.folder}", ("=file", "kind", "=study"), rows, note=note)


def _show_demo(report: "DemoReport") -> None:
    """What was loaded, the model, the candidates, and how many planted loci they hit."""
    stdout().print(f"the demo's files lie in {report.folder}", soft_wrap=True)
    show_loads(report.loaded, is_check=False)
    _show_counts(report.counts)
    show_outcome(report.trained)
    show_report(report.candidates, limit=CANDIDATES_SHOWN)
    n_hidden = len(report.score.candidates.hidden)
    print_table(
        f"{n_hidden:,} planted loci of {report.trait.name} lie below genome-wide significance; found of them",
        ("SNPs", ">SNPs", ">found", ">by as many matched random SNPs", ">permutation p"),
        [
            (name, score.candidates.n_candidates, len(score.candidates.found), score.random_mean, score.share_at_least)
            for name, score in (("all candidates", report.score), ("candidates that pass their test", report.passed))
        ],
    )
    if report.cohort is not None:
        show_cohort(report.cohort)
    if report.families is not None:
        show_families(report.families)
    _show_cost(report.seconds, report.memory)


def _show_real(report: "RealReport") -> None:
    """What was loaded, the model, the candidates of each trait."""
    show_loads(report.loaded, is_check=False)
    _show_counts(report.counts)
    show_outcome(report.trained)
    for answer in report.answers:
        stdout().rule(answer.asked, align="left")
        if answer.note:
            stdout().print(answer.note, markup=False)
        if answer.report is not None:
            show_report(answer.report, limit=CANDIDATES_SHOWN)
    shared = report.shared_genes
    print_table(
        "do SNPs of one trait share molecules? (area under the curve; 0.5 is chance)",
        ("pairs", ">AUC", ">of one trait", ">of two traits"),
        [
            (name, score and score.auc, score and score.n_same_trait, score and score.n_other)
            for name, score in (("on different chromosomes", shared.across), ("on one chromosome", shared.within))
        ],
    )
    show_real_statistics(report.statistics)
    show_expression(report.expression)
    _show_cost(report.seconds, report.memory)


def _show_counts(counts: Any) -> None:
    rows = [("node", *pair) for pair in counts.nodes.items()] + [("edge", *pair) for pair in counts.edges.items()]
    print_table("the graph", ("", "label or type", ">number"), rows)


def _show_cost(seconds: Mapping[str, float], memory: Any) -> None:
    facts: dict[str, Any] = {stage: f"{spent:.1f} s" for stage, spent in seconds.items()}
    facts["in all"] = f"{sum(seconds.values()):.1f} s"
    facts["peak memory, this program"] = f"{memory.program_mib:,.0f} MiB"
    if memory.server_mib is not None:
        facts["peak memory, Neo4j"] = f"{memory.server_mib:,.0f} MiB"
    print_facts(facts)


def _say_how_to_go_on(trait: str, settings: "Settings") -> None:
    from services.settings import default_home

    console = stdout()
    console.print("\nFrom here on, in a shell of this folder:")
    console.print("  [bold]source .venv/bin/activate[/bold]")
    if settings.home != default_home():
        console.print(f"  [bold]export LOCUSGRAPH_HOME={settings.home}[/bold]", soft_wrap=True)
    console.print("  [bold]locusgraph serve[/bold]", end="")
    console.print(f"       GraphQL on http://127.0.0.1:{settings.api_port}/graphql; ask for example")
    console.print(f"    {EXAMPLE_QUERY % trait}", markup=False, soft_wrap=True)
    console.print("  [bold]locusgraph graph stop[/bold]  ends the graph's server, which goes on running until then")
