"""Writes what is small about a run, its trait's properties and edges, in the transaction that switches the release."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from graph_schema.edges import ENRICHED_IN
from graph_schema.edges import GENETIC_CORRELATION as CORRELATION_EDGE
from graph_schema.properties import HERITABILITY
from services.graph.store import Transaction
from services.statistics import runs
from services.statistics.values import known

_ESTIMATE: Final = "statistical_estimate"
_NO_HERITABILITY: Final = dict.fromkeys((each.name for each in HERITABILITY), None)
_ENRICHMENT: Final = frozenset(each.name for each in ENRICHED_IN.properties)
_CORRELATION: Final = frozenset(each.name for each in CORRELATION_EDGE.properties)


def attach_results(
    transaction: Transaction, run: runs.Analysis, metrics: Mapping[str, Any], replaced: Sequence[str] = ()
) -> None:
    """Write the properties and edges of a run and remove those of the runs that it replaces; may be done again.

    Parameters
    ----------
    transaction
        That of the switch.
    run, metrics
        The run and its results, as its folder holds them.
    replaced
        Runs that readers see no more.
    """
    detach_results(transaction, replaced)
    if run.model == runs.LDSC:
        properties = heritability_properties(run.run_id, metrics)
        transaction.run("statistics/write_heritability", trait_id=run.scope, properties=properties)
    elif run.model in (runs.S_LDSC, runs.CELL_TYPES):
        rows = enrichment_rows(run, metrics)
        transaction.run("statistics/write_enrichments", trait_id=run.scope, run_id=run.run_id, rows=rows)
    elif run.model == runs.GENETIC_CORRELATION:
        transaction.run("statistics/write_correlation", run_id=run.run_id, **correlation_row(run, metrics))


def detach_results(transaction: Transaction, run_ids: Sequence[str]) -> None:
    """Remove the properties and edges of runs that readers see no more."""
    if run_ids:
        listed = list(run_ids)
        transaction.run("statistics/clear_heritability", run_ids=listed, properties=_NO_HERITABILITY)
        transaction.run("statistics/delete_enrichments", run_ids=listed)
        transaction.run("statistics/delete_correlations", run_ids=listed)


def heritability_properties(run_id: str, metrics: Mapping[str, Any]) -> dict[str, Any]:
    """Properties of a Trait node; those that a regression did not give are null."""
    named = {
        **metrics,
        "heritability_flags": list(metrics["flags"]) or None,
        "heritability_study_id": metrics["source"]["study_id"],
        "heritability_run_id": run_id,
    }
    return {name: named.get(name) for name in _NO_HERITABILITY}


def enrichment_rows(run: runs.Analysis, metrics: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows of ``statistics/write_enrichments``: one an annotation that is a node."""
    names = "categories" if run.model == runs.S_LDSC else "cell_types"
    rows = []
    for result in metrics[names]:
        if result["annotation_id"] is None or known(result["tau_z"]) is None:
            continue
        named = {
            "tau_neg_log10_p": result.get("neg_log10_p"),
            "is_continuous": False,
            **result,
            "flags": list(result.get("flags", ())) or None,
            "model": run.model,
            "study_id": metrics["source"]["study_id"],
            "knowledge_level": _ESTIMATE,
        }
        properties = {name: value for name, value in named.items() if name in _ENRICHMENT}
        key = f"{run.run_id}|{run.scope}|{result['annotation_id']}|{run.model}"
        rows.append({"edge_key": key, "annotation_id": result["annotation_id"], "properties": properties})
    return rows


def correlation_row(run: runs.Analysis, metrics: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters of ``statistics/write_correlation``; the ends in the order of their ids."""
    ends = sorted(
        ((metrics[which]["source"]["target"], metrics[which]["source"]["study_id"]) for which in ("first", "second")),
        key=lambda end: str(end[0]),
    )
    named = {
        **metrics,
        "study_ids": [study_id for _, study_id in ends],
        "flags": list(metrics["flags"]) or None,
        "knowledge_level": _ESTIMATE,
    }
    first, second = (trait_id for trait_id, _ in ends)
    return {
        "first": first,
        "second": second,
        "edge_key": f"{run.run_id}|{first}|{second}",
        "properties": {name: value for name, value in named.items() if name in _CORRELATION},
    }
