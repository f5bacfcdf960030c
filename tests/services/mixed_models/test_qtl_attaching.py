"""A map in the graph: its pairs as a study, each edge with its people."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from services.graph.store import Store
from services.mixed_models import AttachError, attach_qtl, map_qtl
from services.releases import current_release
from services.settings import Settings
from tests.conftest import Cypher
from tests.services.ingest.tiny import evidence, ingest, write_study
from tests.services.mixed_models.qtl_cohort import PLANTED, QtlCohort, write_qtl_cohort

pytestmark = pytest.mark.store

EDGES = (
    "MATCH (s:SNP)-[e:EQTL]->(g:Gene) RETURN s.rsids[0] AS rsid, g.gene_id AS gene, properties(e) AS edge "
    "ORDER BY gene, rsid"
)


@pytest.fixture
def cohort(tmp_path: Path) -> QtlCohort:
    return write_qtl_cohort(tmp_path)


def mapped(cohort: QtlCohort, **choices: Any) -> tuple[Path, pl.DataFrame]:
    """A map in files: the description, and the pairs."""
    report = map_qtl(cohort.request(out=cohort.folder / "blood", **choices))
    return Path(report.files[2]), pl.read_parquet(report.files[0])


def test_attach_qtl__every_strong_pair_is_an_edge_with_its_people(
    store: Store, settings: Settings, cypher: Cypher, cohort: QtlCohort
) -> None:
    file, pairs = mapped(cohort)
    found = attach_qtl(store, settings, file, kind="eqtl", build="hg19", tissue="blood", p_threshold=1e-4)
    strong = pairs.filter(pl.col("neg_log10_p") > 4).sort("trait", "rsid").to_dicts()
    assert {cohort.genes[gene] for gene in PLANTED} <= {row["trait"] for row in strong}
    rows = cypher(EDGES)
    assert [(row["gene"], row["rsid"]) for row in rows] == [(row["trait"], row["rsid"]) for row in strong]
    for row, pair in zip(rows, strong, strict=True):
        edge = row["edge"]
        assert edge["n_samples"] == pair["n"]
        assert (edge["effect_allele"], edge["other_allele"]) == ("A", "G")
        assert edge["effect_size"] == pytest.approx(pair["beta"])
        assert edge["standard_error"] == pytest.approx(pair["se"])
        assert edge["neg_log10_p"] == pytest.approx(pair["neg_log10_p"])
        assert (edge["cis_trans"], edge["cis_trans_source"]) == ("cis", "reported")
        assert (edge["model"], edge["study_id"]) == ("ols", found.study_id)
    assert (found.n_rows, found.n_kept, found.n_edges) == (pairs.height, pairs.height, len(strong))
    assert (found.kind, found.statistics, found.status, found.build) == ("eqtl", "complete", "loaded", "GRCh37")
    assert found.study_id.startswith("qtl-")
    (study,) = cypher("MATCH (s:Study {study_id: $id}) RETURN properties(s) AS p", id=found.study_id)
    assert (study["p"]["tissue"], study["p"]["statistics"], study["p"]["n_samples"]) == ("blood", "complete", 90)


def test_attach_qtl__again_changes_nothing_and_other_settings_are_another_study(
    store: Store, settings: Settings, cypher: Cypher, cohort: QtlCohort
) -> None:
    file, _ = mapped(cohort)
    first = attach_qtl(store, settings, file, kind="eqtl", build="GRCh37", p_threshold=1e-4)
    second = attach_qtl(store, settings, file, kind="eqtl", build="GRCh37", p_threshold=1e-4)
    assert (second.status, second.release, second.study_id) == ("unchanged", first.release, first.study_id)
    file, _ = mapped(cohort, is_inverse_normal=False, mode="both")
    third = attach_qtl(store, settings, file, kind="eqtl", build="GRCh37", p_threshold=1e-4)
    assert third.study_id != first.study_id
    assert third.statistics == "truncated"
    assert len(current_release(store).load_ids) == 2


def test_attach_qtl__of_cpgs_makes_mqtl_edges(
    store: Store, settings: Settings, cypher: Cypher, cohort: QtlCohort
) -> None:
    names = {gene: f"cg{number:08d}" for number, gene in enumerate(cohort.genes)}
    import gzip

    text = gzip.decompress(cohort.traits.read_bytes()).decode()
    for gene, cpg in names.items():
        text = text.replace(gene, cpg)
    cohort.traits.write_bytes(gzip.compress(text.encode()))
    file, _ = mapped(cohort)
    found = attach_qtl(store, settings, file, kind="mqtl", build="GRCh37", study="own-mqtl", p_threshold=1e-4)
    rows = cypher("MATCH (:SNP)-[e:MQTL]->(c:CpG) RETURN DISTINCT c.cpg_id AS cpg, e.n_samples AS n")
    assert {names[cohort.genes[gene]] for gene in PLANTED} <= {row["cpg"] for row in rows}
    assert found.study_id == "own-mqtl"


def test_attach_qtl__significant_pairs_are_edges_whatever_their_p(
    store: Store, settings: Settings, cypher: Cypher, cohort: QtlCohort
) -> None:
    file, pairs = mapped(cohort, n_permutations=100, fdr=1.0)
    found = attach_qtl(store, settings, file, kind="eqtl", build="GRCh37", is_significant_only=True)
    wanted = pairs.filter("is_significant").sort("trait", "rsid")
    assert wanted["neg_log10_p"].min() < 4
    assert [(row["gene"], row["rsid"]) for row in cypher(EDGES)] == list(wanted.select("trait", "rsid").iter_rows())
    assert (found.n_edges, found.n_kept, found.statistics) == (wanted.height, wanted.height, "truncated")
    assert found.skipped == {"filtered": pairs.height - wanted.height}
    with pytest.raises(AttachError, match="by significance of their trait or by p; seen: both"):
        attach_qtl(store, settings, file, kind="eqtl", build="GRCh37", is_significant_only=True, p_threshold=0.1)
    file, _ = mapped(cohort, fdr=1e-9)
    with pytest.raises(AttachError, match=r"a significant pair \(a trait with q of at most 1e-09\); seen: none"):
        attach_qtl(store, settings, file, kind="eqtl", build="GRCh37", is_significant_only=True)


def test_attach_qtl__refuses_what_is_not_as_it_was_written(store: Store, settings: Settings, cohort: QtlCohort) -> None:
    file, pairs = mapped(cohort)
    for choices, message in (
        ({"kind": "gwas"}, "one of eqtl, mqtl; seen: gwas"),
        ({"study": "my study"}, "study must be letters"),
        ({"p_threshold": 0.0}, "p_threshold must be a number above 0"),
    ):
        with pytest.raises(AttachError, match=message):
            attach_qtl(store, settings, file, **{"kind": "eqtl", "build": "GRCh37", **choices})  # type: ignore[arg-type]
    pairs.with_columns(beta=-pl.col("beta")).write_parquet(cohort.folder / "blood.qtl.parquet")
    with pytest.raises(AttachError, match=r"the one that was written; seen: sha256 .*blood.qtl.parquet"):
        attach_qtl(store, settings, file, kind="eqtl", build="GRCh37")
    other = file.with_name("blood.gwas.run.json")
    other.write_text(file.read_text())
    with pytest.raises(AttachError, match=r"ends in .qtl.run.json"):
        attach_qtl(store, settings, other, kind="eqtl", build="GRCh37")
    values = json.loads(file.read_text())
    del values["table"]
    file.write_text(json.dumps(values))
    with pytest.raises(AttachError, match="whole; seen: no table"):
        attach_qtl(store, settings, file, kind="eqtl", build="GRCh37")
    assert current_release(store).load_ids == ()


def test_attach_qtl__takes_the_place_of_no_other_study(
    store: Store, settings: Settings, cohort: QtlCohort, tmp_path: Path
) -> None:
    rows = [evidence("rs1", "1:1000", "A/G", "ENSG00000000001")]
    ingest(store, settings, tmp_path / "files", write_study(tmp_path / "files", "blood", "eqtl", rows))
    file, _ = mapped(cohort)
    with pytest.raises(AttachError, match=r"a map alone; seen: study blood of kind eqtl"):
        attach_qtl(store, settings, file, kind="eqtl", build="GRCh37", study="blood")
