"""Brings an estimate of REML into the graph: what it says of its trait, or of two, as a run."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from services.graph.connections import Progress
from services.graph.store import Store
from services.mixed_models.attach_reports import AttachedReml
from services.mixed_models.errors import AttachError
from services.mixed_models.run_reading import WrittenRun, read_reml_run
from services.releases import current_release
from services.search.traits import Trait, require_trait
from services.settings import Settings
from services.statistics.commands import Outcome, Stopwatch, analysing, make_run, no_progress
from services.statistics.runs import (
    REML,
    REML_ANNOTATIONS,
    REML_CHROMOSOMES,
    REML_CORRELATION,
    Analysis,
    describe_analysis,
)

_MODEL_OF_PARTS: Final = {"whole": REML, "chromosome": REML_CHROMOSOMES, "annotation": REML_ANNOTATIONS}


def find_reml_traits(store: Store, traits: Sequence[str]) -> tuple[Trait, ...]:
    """The traits of the graph that REML is about: one, or two that differ.

    Raises
    ------
    TraitNotResolved
        When a text names no trait of the graph, or several.
    AttachError
        When both texts name the same trait.
    """
    found = tuple(require_trait(store, text) for text in traits)
    if len({trait.trait_id for trait in found}) < len(found):
        raise AttachError("a genetic correlation is of two traits", seen=f"{found[0].trait_id} twice")
    return found


def attach_reml(
    store: Store,
    settings: Settings,
    run_file: Path,
    *,
    traits: Sequence[str],
    on_progress: Progress | None = None,
) -> AttachedReml:
    """Show what REML says of a trait as its properties, or of two as an edge between them.

    Estimates with one matrix, with one a chromosome and with one an annotation stand side by side; a newer one of the
    same kind takes the place of the one before it. One that did not converge is kept with its reason and takes the
    place of the former one without a value.

    Parameters
    ----------
    store, settings
        The graph and the state folder; the file is needed no more afterwards.
    run_file
        PREFIX.reml.run.json.
    traits
        Id or name of each trait of the estimate, in its order; all must be in the graph.
    on_progress
        Called with (done, total, text).

    Raises
    ------
    AttachError
        When the file is no description of REML, or is of another number of traits.
    TraitNotResolved
        When a text names no trait, or several.
    StatisticsBusy
        When another process computes statistics.
    """
    watch, report = Stopwatch(), on_progress or no_progress
    report(0, 0, "checking the estimate")
    run = read_reml_run(run_file)
    _check_number(run, traits)
    with analysing(store, settings, f"attaching REML of {' and '.join(traits)}"):
        found = find_reml_traits(store, traits)
        analysis = _describe(store, run, found)
        metrics = {**run.metrics, "trait_ids": [trait.trait_id for trait in found]}
        outcome = make_run(store, settings, analysis, lambda: (metrics, None))
    return _report(outcome, analysis, found, watch.seconds)


def model_of_results(results: Mapping[str, Any]) -> str:
    """Model of the run that REML becomes; several matrices from files count as parts of their own names."""
    if results["correlation"] is not None:
        return REML_CORRELATION
    of_files = REML if len(results["components"]) == 1 else REML_ANNOTATIONS
    return _MODEL_OF_PARTS.get(results["parts"], of_files)


def _check_number(run: WrittenRun, traits: Sequence[str]) -> None:
    columns = run.results["traits"]
    if len(columns) != len(traits):
        raise AttachError(
            "every trait of an estimate needs the trait of the graph that it is",
            seen=f"{len(traits)} for {', '.join(columns)}",
            where=run.path,
            remedy="name one for each, in this order",
        )


def _describe(store: Store, run: WrittenRun, traits: Sequence[Trait]) -> Analysis:
    ids = [trait.trait_id for trait in traits]
    return describe_analysis(
        model_of_results(run.results),
        "|".join(sorted(ids)),
        inputs={**run.inputs_by_name, "reml": run.sha256},
        studies={},
        choices={"reml": run.choices, "order": ids},
        release_number=current_release(store).number,
    )


def _report(outcome: Outcome, analysis: Analysis, traits: Sequence[Trait], seconds: float) -> AttachedReml:
    metrics, correlation = outcome.metrics, outcome.metrics["correlation"] or {}
    parts = metrics["components"]
    return AttachedReml(
        status=outcome.status,
        run_id=analysis.run_id,
        release=outcome.release,
        model=analysis.model,
        flags=tuple(metrics["flags"]),
        seconds=seconds,
        trait_ids=tuple(trait.trait_id for trait in traits),
        trait_names=tuple(trait.name for trait in traits),
        is_converged=metrics["is_converged"],
        reason=metrics["reason"],
        n_people=metrics["n_people"],
        h2=metrics["h2"],
        h2_se=metrics["h2_se"],
        parts=tuple(part["name"] for part in parts),
        shares=tuple(part["share"] for part in parts),
        share_ses=tuple(part["share_se"] for part in parts),
        rg=correlation.get("rg"),
        rg_se=correlation.get("rg_se"),
    )
