"""``locusgraph models``: trained runs, and which of them is champion."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.calibration import show_calibration
from api.cli.evaluation import show_evaluation
from api.cli.opening import opened_graph
from api.cli.output import AsJson, print_facts, print_json, print_table, stdout

if TYPE_CHECKING:
    from services.training import ListedRun, Promotion

commands = typer.Typer(no_args_is_help=True, help="List trained runs and choose the champion, whose predictions show.")

Run = Annotated[str, typer.Argument(help="Id of the run, or the beginning of it, as `models list` shows it.")]


def add_commands(app: typer.Typer) -> None:
    """Add ``models list``, ``show``, ``promote``, ``rollback`` and ``prune``."""
    app.add_typer(commands, name="models", rich_help_panel="Model")


@commands.command("list", epilog="Example: [bold]locusgraph models list --json[/bold]")
def list_all(context: typer.Context, as_json: AsJson = False) -> None:
    """List every trained run, the newest first, with its figures and whether it is champion."""
    from services.training import list_models

    with opened_graph(context) as (store, settings, _):
        listed = list_models(store, settings)
    if as_json:
        print_json({"models": [_to_dict(entry) for entry in listed]})
        return
    rows = [
        (
            entry.run.run_id,
            entry.run.method,
            _role(entry),
            _hit(entry),
            entry.run.n_predictions,
            (entry.run.finished_at or "")[:19],
        )
        for entry in listed
    ]
    note = "kept: its edges are in the graph and can be asked for; files: they can be written again from its files."
    columns = ("=run", "method", "state", ">hit@50", ">predictions", "finished")
    print_table(f"{len(listed):,} runs", columns, rows, note=note)


@commands.command(epilog="Example: [bold]locusgraph models show 1b7b79[/bold]")
def show(context: typer.Context, run: Run, as_json: AsJson = False) -> None:
    """Show what a run was made from, its figures beside the baselines', and how good its probabilities are."""
    from services.training import find_model

    with opened_graph(context) as (store, settings, _):
        entry = find_model(store, settings, run)
    if as_json:
        print_json({**_to_dict(entry), "metrics": entry.run.metrics, "settings": entry.run.settings})
        return
    facts = {name: value for name, value in _to_dict(entry).items() if name not in {"is_champion", "is_kept"}}
    print_facts({"state": _role(entry), **facts})
    show_evaluation(entry.run.metrics)
    show_calibration(entry.run.metrics)


@commands.command(epilog="Example: [bold]locusgraph models promote 1b7b79[/bold]")
def promote(context: typer.Context, run: Run, as_json: AsJson = False) -> None:
    """Make a run the champion, whatever its figures; edges that are gone are written again from its files."""
    from services.training import promote as promote_run

    with opened_graph(context) as (store, settings, _):
        done = promote_run(store, settings, run)
    _report(done, as_json)


@commands.command(epilog="Example: [bold]locusgraph models rollback[/bold]")
def rollback(context: typer.Context, as_json: AsJson = False) -> None:
    """Make the champion before the present one champion again; done twice, it is as before."""
    from services.training import rollback as roll_back

    with opened_graph(context) as (store, settings, _):
        done = roll_back(store, settings)
    _report(done, as_json)


@commands.command(epilog="Example: [bold]locusgraph models prune --files[/bold]")
def prune(
    context: typer.Context,
    with_files: Annotated[
        bool, typer.Option("--files", help="Delete the files of runs without edges too: they are gone for good.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Delete predicted edges of runs that are neither champion, nor of its training, nor champions to roll back to."""
    from services.training import prune as prune_models

    with opened_graph(context) as (store, settings, _):
        pruned = prune_models(store, settings, with_files=with_files)
    if as_json:
        print_json(asdict(pruned))
    else:
        stdout().print(
            f"{pruned.n_edges:,} predicted edges of {len(pruned.run_ids):,} runs and the files of "
            f"{len(pruned.folders):,} runs are deleted"
        )


def _report(done: "Promotion", as_json: bool) -> None:
    if as_json:
        print_json(asdict(done))
        return
    again = " (written again from its files)" if done.is_rewritten else ""
    stdout().print(
        f"run {done.run_id} is champion instead of {done.before or 'none'}: its {done.n_predictions:,} predicted "
        f"edges{again} are shown; [bold]locusgraph models rollback[/bold] brings the one before back"
    )


def _role(entry: "ListedRun") -> str:
    if entry.is_champion:
        return "champion"
    if entry.is_kept:
        return "kept"
    return f"{entry.run.status}, files" if entry.has_files else entry.run.status


def _hit(entry: "ListedRun") -> float | None:
    rows = (entry.run.metrics.get("evaluation") or {}).get("rows") or []
    hits = {(row["method"], row["subset"]): row["hit_50"]["estimate"] for row in rows}
    return hits.get((entry.run.method or "PinSage", "all"))


def _to_dict(entry: "ListedRun") -> dict[str, Any]:
    run = entry.run
    return {
        "run_id": run.run_id,
        "method": run.method,
        "training_id": run.training_id,
        "status": run.status,
        "is_champion": entry.is_champion,
        "is_kept": entry.is_kept,
        "has_files": entry.has_files,
        "hit_at_50": _hit(entry),
        "n_predictions": run.n_predictions,
        "champion_reason": run.champion_reason,
        "promoted_at": run.promoted_at,
        "finished_at": run.finished_at,
        "seed": run.seed,
        "load_ids": list(run.load_ids),
        "snapshot_fingerprint": run.snapshot_fingerprint,
        "code_version": run.code_version,
    }
