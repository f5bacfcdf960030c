"""The whole path on a small simulated study: planted loci are found, and a second call changes nothing."""

import dataclasses
from dataclasses import replace
from typing import Any

import pytest

from graph_schema import EDGES, NODES, PropertyType
from loaders.simulation import CohortSize, DemoSize, read_truth
from services.graph.store import Store
from services.pipeline import DemoReport, render_real, run_demo, run_real
from services.pipeline.demo import most_hidden
from services.settings import Settings
from services.training import TrainingState
from tests.conftest import Cypher

pytestmark = pytest.mark.store

STORED_AS = {
    PropertyType.STRING: "String",
    PropertyType.INTEGER: "Long",
    PropertyType.FLOAT: "Double",
    PropertyType.BOOLEAN: "Boolean",
    PropertyType.STRING_LIST: "StringArray",
    PropertyType.FLOAT_LIST: "DoubleArray",
    PropertyType.DATETIME: "DateTime",
}

SMALL = DemoSize(
    n_blocks=132, snps_per_block=4, n_cpgs=240, n_genes=60, n_modules=5, loci_per_module=10, cpgs_per_module=30,
    genes_per_module=6, n_hubs=10, molecules_per_hub=6, n_traits=3, n_panel_people=50,
    cohort=CohortSize(n_snps=2_200, n_people=1_000, n_first=900, n_second=700, n_panel_people=200, n_families=60),
)  # fmt: skip
QUICK: dict[str, Any] = {"n_views": 4, "n_steps": 30, "n_dimensions": 16, "check_every": 10, "n_warmup_steps": 3}


@pytest.mark.slow
def test_run_demo__finds_planted_loci_and_changes_nothing_when_run_again(
    store: Store, settings: Settings, cypher: Cypher
) -> None:
    quick = settings.model_copy(update={"pinsage": QUICK, "prediction_top_loci": 3})
    seen: list[str] = []
    first = run_demo(quick, lambda _done, _total, text: seen.append(text), size=SMALL)
    assert first.trained.state is TrainingState.TRAINED
    assert first.candidates.status == "tested"
    assert len(first.score.candidates.found) > first.score.random_mean
    assert set(first.counts.nodes) == set(NODES)
    assert set(first.counts.edges) == set(EDGES)
    n_methods = 2  # PinSage and the hybrid write the same number of edges each
    assert first.counts.edges["PREDICTED_ASSOCIATION"] == n_methods * first.trained.n_predictions > 0
    assert "writing predicted edges" in seen
    _check_cohort(first, again=False)
    _check_families(first, again=False)
    _check_live_database(cypher)
    again = run_demo(quick, size=SMALL)
    assert again.trained.state is TrainingState.UNCHANGED
    assert again.counts == first.counts
    assert again.candidates == first.candidates
    _check_cohort(again, again=True)
    _check_families(again, again=True)
    assert again.families == dataclasses.replace(first.families, scan=again.families.scan, reml=again.families.reml)
    assert again.cohort.beside_truth == first.cohort.beside_truth
    assert {load.status for load in again.loaded.loads} == {"unchanged"}
    _check_real(quick)


def _check_cohort(report: DemoReport, *, again: bool) -> None:
    """Estimates lie near the planted values, the new edges are there, and a second call computes nothing."""
    assert report.cohort is not None
    assert set(report.cohort.statuses) == {"unchanged" if again else "computed"}
    found = {(row.trait, row.quantity): row for row in report.cohort.beside_truth}
    h2 = found["Simulated lung capacity", "h²"]
    assert h2.estimate is not None
    assert h2.estimate > 4 * (h2.standard_error or 0.0)
    off = [abs(row.n_errors) for row in report.cohort.beside_truth if row.n_errors is not None]
    assert sum(error > 3 for error in off) <= 2  # of 18, with jackknife errors from few regions
    for edge in ("IN_LD_WITH", "ENRICHED_IN", "GENETIC_CORRELATION"):
        assert report.counts.edges[edge] > 0


def _check_families(report: DemoReport, *, again: bool) -> None:
    """A scan and five estimates are in the graph; h² of siblings lies within wide errors of the planted value."""
    families = report.families
    assert families is not None
    assert set(families.statuses) == {"unchanged" if again else "computed"}
    assert families.scan.n_edges > 0
    assert families.scan.n_snps > 0
    found = {(row.trait, row.quantity): row for row in families.beside_truth}
    assert len(found) == 3 + 22 + 1 + 1
    for trait in ("Simulated lung capacity", "Simulated grip strength"):
        assert abs(found[trait, "h² by REML"].n_errors or 9.0) < 3.0
    assert found["Simulated lung capacity", "share of Simulated_enhancers"].standard_error


def _check_live_database(cypher: Cypher) -> None:
    """Everything in the store is in the registry, with the registry's type; nothing required is missing."""
    known = {kind: {p.name: p for p in entry.properties} for kind, entry in [*NODES.items(), *EDGES.items()]}
    nodes = cypher("CALL db.schema.nodeTypeProperties()")
    edges = cypher("CALL db.schema.relTypeProperties()")
    found = [(row["nodeLabels"][0], row) for row in nodes if row["nodeLabels"] != ["SchemaVersion"]]
    found += [(row["relType"].strip(":`"), row) for row in edges]
    del known["ScheduledRun"]  # the demo schedules nothing
    assert {kind for kind, _ in found} == set(known)
    for kind, row in found:
        prop = known[kind][row["propertyName"]]
        assert row["propertyTypes"] == [STORED_AS[prop.type]], (kind, prop.name)
    for kind, properties in known.items():
        always = {row["propertyName"] for name, row in found if name == kind and row["mandatory"]}
        assert {name for name, prop in properties.items() if prop.is_required} <= always, kind


def _check_real(settings: Settings) -> None:
    """The same files as "real" data: nothing is left to load or to train; names are answered."""
    folder = settings.home / "demo"
    trait = most_hidden(read_truth(folder / "truth.json"))
    found = run_real(settings, folder / "studies.toml", traits=(trait.name, "Simulated nothing at all"))
    assert found.trained.state is TrainingState.UNCHANGED
    known, unknown = found.answers
    assert known.report is not None
    assert (known.note, known.report.status) == ("", "tested")
    assert unknown.report is None
    assert "no trait is called" in unknown.note
    assert found.statistics is None  # these studies are another manifest's
    assert found.expression is None
    assert found.shared_genes.across is not None
    assert found.shared_genes.across.auc > 0.5
    assert "### Simulated nothing at all" in render_real(found)


def test_most_hidden__takes_the_trait_with_most_loci_below_significance(tmp_path: Any) -> None:
    from loaders.simulation import write_demo

    truth = write_demo(tmp_path, size=SMALL)
    hidden = [sum(locus.is_hidden for locus in trait.loci) for trait in truth.traits]
    assert most_hidden(truth) == truth.traits[hidden.index(max(hidden))]
    only_null = replace(truth, traits=truth.traits[-1:])
    assert most_hidden(only_null).is_null
