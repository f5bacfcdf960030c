"""Real expression: mapped, loaded once, and told with what it cannot show; nothing where the data are not there."""

import dataclasses
from pathlib import Path

import pytest

from api.cli.cohort_report import show_expression
from services.graph.store import Store
from services.pipeline.expression_text import MISSING, render_expression
from services.pipeline.real_expression import STUDY, map_expression
from services.settings import Settings
from tests.conftest import Cypher
from tests.paths import DATA
from tests.services.mixed_models.geuvadis import needs_geuvadis


@needs_geuvadis
@pytest.mark.store
@pytest.mark.slow
def test_map_expression__becomes_edges_with_their_people(
    store: Store, settings: Settings, cypher: Cypher, capsys: pytest.CaptureFixture[str]
) -> None:
    found = map_expression(store, settings, DATA / "studies.toml")
    assert found is not None
    assert (found.mapped.n_people, found.attached.status) == (84, "loaded")
    rows = cypher(
        "MATCH (:SNP)-[e:EQTL {study_id: $study}]->(g:Gene) RETURN g.gene_id AS gene, e.n_samples AS n", study=STUDY
    )
    assert len(rows) == found.attached.n_edges > 0
    assert {row["n"] for row in rows} == {84}
    assert found.mapped.genes[0].trait.split(".")[0] in {row["gene"] for row in rows}
    again = map_expression(store, settings, DATA / "studies.toml")
    assert again is not None
    assert again.attached.status == "unchanged"
    assert dataclasses.replace(again.mapped, seconds=0, files=()) == dataclasses.replace(
        found.mapped, seconds=0, files=()
    )
    show_expression(found)
    shown, text = capsys.readouterr().out, render_expression(found)
    for part in (found.mapped.genes[0].rsid, STUDY):
        assert part in text
        assert part in shown


@pytest.mark.store
def test_map_expression__nothing_where_the_data_are_not(store: Store, settings: Settings, tmp_path: Path) -> None:
    assert map_expression(store, settings, tmp_path / "studies.toml") is None
    assert render_expression(None) == MISSING
    show_expression(None)
