"""``locusgraph train`` and ``retrain``: the model."""

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.calibration import show_calibration
from api.cli.evaluation import show_evaluation
from api.cli.opening import open_settings, opened_graph
from api.cli.output import AsJson, print_facts, print_json, stdout

if TYPE_CHECKING:
    from services.training import TrainingOutcome

Seed = Annotated[int, typer.Option(help="Seed of every random choice; the same seed makes the same run.")]
NOT_DONE = {"busy", "too_little"}
"""States in which no model came of it: exit code 1."""


def add_commands(app: typer.Typer) -> None:
    """Add ``train`` and ``retrain``."""
    app.command(rich_help_panel="Model", epilog="Example: [bold]locusgraph train --seed 1[/bold]")(train)
    app.command(rich_help_panel="Model", epilog="Example: [bold]locusgraph retrain --if-stale[/bold]")(retrain)


def train(context: typer.Context, seed: Seed = 0, as_json: AsJson = False) -> None:
    """Train PinSage on the loaded studies, evaluate it beside its baselines, and write its predicted edges."""
    _run(context, seed=seed, as_json=as_json, if_stale=False)


def retrain(
    context: typer.Context,
    if_stale: Annotated[
        bool, typer.Option("--if-stale", help="Train only when studies, settings or code differ from the newest run.")
    ] = False,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Train again; with --if-stale only when something changed. Exits 1 when another process trains already."""
    _run(context, seed=seed, as_json=as_json, if_stale=if_stale)


def _run(context: typer.Context, *, seed: int, as_json: bool, if_stale: bool) -> None:
    from services import training

    work: Callable[..., TrainingOutcome] = training.retrain_if_stale if if_stale else training.train
    with training.training_group(open_settings(context)) as is_first:
        if not is_first:  # another process of torchrun, which has helped with the fits
            return
        with opened_graph(context) as (store, settings, on_progress):
            outcome = work(store, settings, seed=seed, on_progress=on_progress)
    if as_json:
        print_json(asdict(outcome))
    else:
        show_outcome(outcome)
    if outcome.state in NOT_DONE:
        raise typer.Exit(1)


def show_outcome(outcome: Any) -> None:
    """Print what training did and how good the model is."""
    stdout().print(outcome.message)
    if outcome.counts is not None:
        counts = asdict(outcome.counts)
        print_facts({name.removeprefix("n_").replace("_", " "): n for name, n in counts.items() if isinstance(n, int)})
    if outcome.metrics:
        show_evaluation(outcome.metrics)
        show_calibration(outcome.metrics)
