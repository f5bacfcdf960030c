"""Writes what is small about a run, its trait's properties and edges, in the transaction that switches the release."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from graph_schema.edges import ENRICHED_IN
from graph_schema.edges import GENETIC_CORRELATION as CORRELATION_EDGE
from services.graph.store import Transaction
from services.statistics import runs
from services.statistics.trait_properties import PROPERTY_GROUPS
from services.statistics.values import known

_ESTIMATE: Final = "statistical_estimate"
_ENRICHMENT: Final = frozenset(each.name for each in ENRICHED_IN.properties)
_CORRELATION: Final = frozenset(each.name for each in CORRELATION_EDGE.properties)


def attach_results(
    transaction: Transaction, run: runs.Analysis, metrics: Mapping[str, Any], replaced: Sequence[str] = ()
) -> None:
    """Write the properties and edges of a run and remove those of the runs that it replaces; may be done again.

    A run that did not converge writes nothing: it is kept with its reason.

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
    if not metrics.get("is_converged", True):
        return
    if run.model in PROPERTY_GROUPS:
        properties = PROPERTY_GROUPS[run.model].properties(run.run_id, metrics)
        transaction.run("statistics/write_trait_results", trait_id=run.scope, properties=properties)
    elif run.model in (runs.S_LDSC, runs.CELL_TYPES):
        rows = enrichment_rows(run, metrics)
        transaction.run("statistics/write_enrichments", trait_id=run.scope, run_id=run.run_id, rows=rows)
    elif run.model == runs.GENETIC_CORRELATION:
        transaction.run("statistics/write_correlation", run_id=run.run_id, **correlation_row(run, metrics))
    elif run.model == runs.REML_CORRELATION:
        transaction.run("statistics/write_correlation", run_id=run.run_id, **reml_correlation_row(run, metrics))


def detach_results(transaction: Transaction, run_ids: Sequence[str]) -> None:
    """Remove the properties and edges of runs that readers see no more."""
    if run_ids:
        listed = list(run_ids)
        for group in PROPERTY_GROUPS.values():
            transaction.run(
                "statistics/clear_trait_results", run_ids=listed, owner=group.owner, properties=group.nothing
            )
        transaction.run("statistics/delete_enrichments", run_ids=listed)
        transaction.run("statistics/delete_correlations", run_ids=listed)


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
    }
    first, second = (trait_id for trait_id, _ in ends)
    return _correlation_edge(run, (first, second), metrics, named)


def reml_correlation_row(run: runs.Analysis, metrics: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters of ``statistics/write_correlation`` for bivariate REML; what only LD scores give is absent."""
    found = metrics["correlation"]
    rg, se = known(found["rg"]), known(found["rg_se"])
    named = {
        "rg": rg,
        "rg_se": se,
        "rg_z": rg / se if rg is not None and se else None,
        "rg_neg_log10_p": found["lrt_neg_log10_p"],
        "genetic_covariance": found["genetic_covariance"][1],
        "genetic_covariance_se": found["genetic_covariance_se"][1],
        "n_snps": metrics["kinship"]["n_snps"] or None,
        "n_people": metrics["n_people"],
    }
    first, second = sorted(metrics["trait_ids"])
    return _correlation_edge(run, (first, second), metrics, named)


def _correlation_edge(
    run: runs.Analysis, ends: tuple[str, str], metrics: Mapping[str, Any], named: Mapping[str, Any]
) -> dict[str, Any]:
    more = {"model": run.model, "flags": list(metrics["flags"]) or None, "knowledge_level": _ESTIMATE}
    first, second = ends
    return {
        "first": first,
        "second": second,
        "edge_key": f"{run.run_id}|{first}|{second}",
        "properties": {name: value for name, value in {**named, **more}.items() if name in _CORRELATION},
    }
