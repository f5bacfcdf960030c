"""Annotation nodes and their edges hold the very values that LD scores are weighted with."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from services.graph.store import Store
from services.ingest import ingest_manifest
from services.registry import artefact_folder
from services.settings import Settings
from services.statistics import LdScoreRequest, compute_ld_scores
from services.statistics.reference import read_reference_run
from tests.conftest import Cypher
from tests.services.ingest.tiny import write_manifest
from tests.services.statistics.small_world import (
    CHROMOSOMES,
    N_SNPS,
    key_of,
    position_of,
    rsid_of,
    write_annotations,
    write_gwas,
    write_panel,
)

pytestmark = pytest.mark.store
SNPS = [(c, s) for c in CHROMOSOMES for s in range(N_SNPS)]


def _write_annot(folder: Path) -> str:
    """A continuous annotation (zero at a third of the SNPs), a binary one and the base, as a full .annot file."""
    generator = np.random.default_rng(8)
    age = np.where(generator.random(len(SNPS)) < 1 / 3, 0.0, generator.standard_normal(len(SNPS))).round(5)
    conserved = generator.integers(0, 2, len(SNPS))
    lines = ["CHR\tBP\tSNP\tCM\tbase\tage\tconserved"]
    for at, (c, s) in enumerate(SNPS):
        lines.append(f"{c}\t{position_of(s)}\t{rsid_of(c, s)}\t0\t1\t{age[at]}\t{conserved[at]}")
    (folder / "values.annot").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return '[[study]]\nid = "values"\nkind = "annotation"\npath = "values.annot"\nbuild = "GRCh37"'


def test_annotation_edges__are_the_annotations_of_the_ld_scores(
    store: Store, settings: Settings, cypher: Cypher, tmp_path: Path
) -> None:
    entries = [write_panel(tmp_path), write_annotations(tmp_path), _write_annot(tmp_path), write_gwas(tmp_path)]
    ingest_manifest(store, settings, write_manifest(tmp_path, *entries))
    options = LdScoreRequest(window_kb=300, n_processes=1, annotations=("marks", "values"))
    report = compute_ld_scores(store, settings, "panel", options=options)
    names = ("marks/active", "marks/quiet", "values/age", "values/conserved")
    assert report.names == ("base", *names)

    folder = artefact_folder(settings, str(report.run_id))
    used = pl.read_parquet(folder / "annotations.parquet")
    variants = pl.read_parquet(folder / "variants.parquet")
    snps = variants.select("chromosome", "position_bp").rows()
    assert snps == [(str(c), position_of(s)) for c, s in SNPS]
    nodes = {row["id"]: row["p"] for row in cypher("MATCH (a:Annotation) RETURN a.annotation_id AS id, a{.*} AS p")}
    assert set(nodes) == set(names)
    for name in names:
        edges = cypher(
            "MATCH (s:SNP)-[e:IN_ANNOTATION]->(:Annotation {annotation_id: $id}) RETURN s.key AS key, e.value AS value",
            id=name,
        )
        assert len({row["key"] for row in edges}) == len(edges)
        values = {row["key"]: row["value"] for row in edges}
        is_continuous = name == "values/age"
        assert all((value is not None) == is_continuous for value in values.values())
        found = np.array([
            0.0 if key_of(c, s) not in values else 1.0 if values[key_of(c, s)] is None else values[key_of(c, s)]
            for c, s in SNPS
        ])  # fmt: skip
        np.testing.assert_array_equal(found.astype(np.float32), used[name].to_numpy())
        assert 0 < np.count_nonzero(found) < len(SNPS)
    continuous = read_reference_run(settings, str(report.run_id)).settings["is_continuous"]
    assert continuous == [False, False, False, True, False]
