"""REML in the graph: properties of a trait, parallel lists of its parts, an edge between two traits."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.graph.store import Store
from services.ingest import ingest_manifest, remove_study
from services.mixed_models import AttachedReml, AttachError, RemlReport, attach_reml, estimate_reml
from services.releases import current_release
from services.runs import list_runs
from services.search.errors import TraitNotResolved
from services.settings import Settings
from services.statistics import (
    LdScoreRequest,
    RegressionRequest,
    compute_ld_scores,
    estimate_trait_correlation,
    refresh_statistics,
)
from tests.conftest import Cypher
from tests.services.ingest.tiny import dump, evidence, write_manifest, write_study
from tests.services.mixed_models.cohort import Cohort
from tests.services.statistics.small_world import load_world

pytestmark = pytest.mark.store

HEIGHT, WEIGHT = "gwas/height", "gwas/weight"


@pytest.fixture
def traits(store: Store, settings: Settings, tmp_path: Path) -> None:
    """Two traits of a loaded GWAS."""
    rows = [evidence("rs1", "1:2000000", target=name) for name in ("height", "weight")]
    gwas = write_study(tmp_path / "gwas", "gwas", "gwas", rows)
    ingest_manifest(store, settings, write_manifest(tmp_path / "gwas", gwas))


def reml_to(cohort: Cohort, *traits: str, **choices: Any) -> tuple[Path, RemlReport]:
    """Estimate into a file; the file, and what the estimate said."""
    report = estimate_reml(cohort.reml(*(traits or ("height",)), out=cohort.folder / "out", **choices))
    return Path(report.files[0]), report


def reml_of(cypher: Cypher, trait_id: str = HEIGHT) -> dict[str, Any]:
    """The trait's properties that REML wrote."""
    (row,) = cypher("MATCH (t:Trait {trait_id: $id}) RETURN properties(t) AS p", id=trait_id)
    return {name: value for name, value in row["p"].items() if name.startswith("reml_")}


def test_attach_reml__of_the_whole_genome_is_the_traits(
    store: Store, settings: Settings, cypher: Cypher, cohort: Cohort, traits: None
) -> None:
    file, report = reml_to(cohort)
    found = attach_reml(store, settings, file, traits=["Height"])
    (component,) = report.components
    expected = {
        "reml_h2": report.h2,
        "reml_h2_se": report.h2_se,
        "reml_share_scale": "plain",
        "reml_grm_kind": "gcta",
        "reml_minimum_maf": 0.01,
        "reml_trace": component.mean_diagonal,
        "reml_is_constrained": False,
        "reml_n": 120,
        "reml_flags": list(report.flags) or None,
        "reml_run_id": found.run_id,
    }
    assert reml_of(cypher) == {name: value for name, value in expected.items() if value is not None}
    assert (found.status, found.model, found.trait_ids, found.h2) == ("computed", "reml", (HEIGHT,), report.h2)
    assert isinstance(found, AttachedReml)
    assert json.loads(json.dumps(found.to_dict()))["shares"] == [component.share]
    before = dump(cypher)
    file.rename(file.with_name("moved.reml.run.json"))
    again = attach_reml(store, settings, file.with_name("moved.reml.run.json"), traits=[HEIGHT])
    assert (again.status, again.run_id) == ("unchanged", found.run_id)
    assert dump(cypher) == before


def test_attach_reml__on_the_liability_scale(
    store: Store, settings: Settings, cypher: Cypher, cohort: Cohort, traits: None
) -> None:
    file, report = reml_to(cohort, "asthma", population_prevalence=0.1)
    attach_reml(store, settings, file, traits=[HEIGHT])
    found = reml_of(cypher)
    assert (found["reml_h2_liability"], found["reml_h2_liability_se"]) == (report.h2_liability, report.h2_liability_se)
    assert (found["reml_sample_prevalence"], found["reml_population_prevalence"]) == (0.4, 0.1)


def test_attach_reml__parts_stand_beside_the_whole_as_parallel_lists(
    store: Store, settings: Settings, cypher: Cypher, cohort: Cohort, traits: None
) -> None:
    whole = attach_reml(store, settings, reml_to(cohort)[0], traits=[HEIGHT])
    file, by_chromosome = reml_to(cohort, parts="chromosome")
    parts = attach_reml(store, settings, file, traits=[HEIGHT])
    bed = cohort.folder / "marks.bed"
    bed.write_text("chr1\t0\t40000000\n")
    file, by_annotation = reml_to(cohort, parts="annotation", annotations=(bed,))
    marks = attach_reml(store, settings, file, traits=[HEIGHT])
    found = reml_of(cypher)
    assert (found["reml_run_id"], found["reml_h2"]) == (whole.run_id, whole.h2)
    assert (parts.model, marks.model) == ("reml-chromosomes", "reml-annotations")
    for prefix, report, run in (
        ("chromosome", by_chromosome, parts),
        ("annotation", by_annotation, marks),
    ):
        components = report.components
        assert found[f"reml_{prefix}s"] == [part.name for part in components]
        assert found[f"reml_{prefix}_shares"] == [part.share for part in components]
        assert found[f"reml_{prefix}_share_ses"] == [part.share_se for part in components]
        assert found[f"reml_{prefix}_run_id"] == run.run_id
    assert set(current_release(store).run_ids) == {whole.run_id, parts.run_id, marks.run_id}
    assert refresh_statistics(store, settings).retired == ()
    assert reml_of(cypher) == found


def test_attach_reml__that_did_not_converge_is_kept_without_values(
    store: Store, settings: Settings, cypher: Cypher, cohort: Cohort, traits: None
) -> None:
    attach_reml(store, settings, reml_to(cohort)[0], traits=[HEIGHT])
    file, report = reml_to(cohort, max_iterations=1)
    assert not report.is_converged
    found = attach_reml(store, settings, file, traits=[HEIGHT])
    assert (found.is_converged, found.reason) == (False, report.reason)
    assert reml_of(cypher) == {}
    assert current_release(store).run_ids == (found.run_id,)
    (run,) = [run for run in list_runs(store) if run.run_id == found.run_id]
    assert (run.status, run.metrics["reason"]) == ("finished", report.reason)
    refresh_statistics(store, settings)
    assert reml_of(cypher) == {}


def test_attach_reml__of_two_traits_is_an_edge_beside_that_of_ld_scores(
    store: Store, settings: Settings, cypher: Cypher, cohort: Cohort, tmp_path: Path
) -> None:
    load_world(store, settings, tmp_path)
    compute_ld_scores(store, settings, "panel", options=LdScoreRequest(window_kb=500, n_processes=1))
    fixed = RegressionRequest(n_blocks=20, intercept=1.0, covariance_intercept=0.0)
    of_ld = estimate_trait_correlation(store, settings, "T:1", "T:2", request=fixed)
    file, report = reml_to(cohort, "height", "weight", is_tested=True)
    found = attach_reml(store, settings, file, traits=["T:2", "T:1"])
    rows = cypher("MATCH (a)-[e:GENETIC_CORRELATION]->(b) RETURN a.trait_id AS a, b.trait_id AS b, properties(e) AS p")
    by_model = {row["p"]["model"]: row for row in rows}
    assert set(by_model) == {"genetic-correlation", "reml-correlation"}
    correlation, edge = report.correlation, by_model["reml-correlation"]
    assert correlation is not None
    assert (edge["a"], edge["b"]) == ("gwas/T:1", "gwas/T:2")
    expected = {
        "rg": correlation.rg,
        "rg_se": correlation.rg_se,
        "rg_z": None if correlation.rg is None or not correlation.rg_se else correlation.rg / correlation.rg_se,
        "rg_neg_log10_p": correlation.lrt_neg_log10_p,
        "genetic_covariance": correlation.genetic_covariance[1],
        "genetic_covariance_se": correlation.genetic_covariance_se[1],
        "n_people": 120,
        "n_snps": report.kinship.n_snps if report.kinship else None,
        "flags": list(report.flags) or None,
        "model": "reml-correlation",
        "knowledge_level": "statistical_estimate",
        "run_id": found.run_id,
        "edge_key": f"{found.run_id}|gwas/T:1|gwas/T:2",
    }
    assert edge["p"] == {name: value for name, value in expected.items() if value is not None}
    assert by_model["genetic-correlation"]["p"]["run_id"] == of_ld.run_id
    before = dump(cypher)
    cypher("MATCH ()-[e:GENETIC_CORRELATION]->() DELETE e")
    assert refresh_statistics(store, settings).retired == ()
    assert dump(cypher) == before
    remove_study(store, settings, "gwas")
    assert cypher("MATCH ()-[e:GENETIC_CORRELATION]->() RETURN count(e) AS n") == [{"n": 0}]
    assert found.run_id not in current_release(store).run_ids


def test_attach_reml__goes_with_its_trait_and_not_with_other_studies(
    store: Store, settings: Settings, cypher: Cypher, cohort: Cohort, traits: None, tmp_path: Path
) -> None:
    attach_reml(store, settings, reml_to(cohort)[0], traits=[HEIGHT])
    found = reml_of(cypher)
    other = write_study(tmp_path / "other", "other", "gwas", [evidence("rs2", "1:3000000")])
    ingest_manifest(store, settings, write_manifest(tmp_path / "other", other))
    remove_study(store, settings, "other")
    assert reml_of(cypher) == found
    remove_study(store, settings, "gwas")
    assert current_release(store).run_ids == ()


def test_attach_reml__refuses_what_does_not_fit(store: Store, settings: Settings, cohort: Cohort, traits: None) -> None:
    file, _ = reml_to(cohort)
    with pytest.raises(AttachError, match=r"seen: 2 for height; .* name one for each"):
        attach_reml(store, settings, file, traits=[HEIGHT, WEIGHT])
    with pytest.raises(TraitNotResolved, match=r"no trait is called 'hieght': did you mean height"):
        attach_reml(store, settings, file, traits=["hieght"])
    with pytest.raises(AttachError, match=r"ends in .reml.run.json; seen: traits.txt"):
        attach_reml(store, settings, cohort.traits, traits=[HEIGHT])
    file, _ = reml_to(cohort, "height", "weight")
    with pytest.raises(AttachError, match=r"correlation is of two traits; seen: gwas/height twice"):
        attach_reml(store, settings, file, traits=[HEIGHT, "height"])
    assert current_release(store).run_ids == ()
