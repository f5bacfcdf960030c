"""Reading LD panels."""

import json
from pathlib import Path

import numpy as np
import pytest

from services.graph.store import Store
from services.search.errors import PanelError
from services.search.ld_panel import LdPanel, choose_panel, match_panel, read_genotypes, read_panels
from services.settings import Settings
from tests.conftest import Cypher
from tests.services.search.panels import A, B, make_genotypes, write_panel
from tests.services.search.tables import snp_table
from tests.services.search.world import World

pytestmark = pytest.mark.store


def test_match_panel__by_rsid_where_the_panel_is_in_another_build(tmp_path: Path) -> None:
    panel = write_panel(tmp_path, make_genotypes())
    other = LdPanel(panel.study_id, None, "GRCh38", panel.bed, panel.table)
    snps = snp_table([{"key": A}, {"key": "GRCh37:7:5:A:G", "rsids": ["rs4000000"]},
                      {"key": "GRCh37:8:5:A:C", "rsids": ["rs4000000"]}])  # fmt: skip
    assert match_panel(other, snps, "GRCh37").tolist() == [-1, 2, -1]
    assert match_panel(panel, snps, "GRCh37").tolist() == [0, -1, -1]


def test_read_genotypes__gives_counts_and_missing(tmp_path: Path) -> None:
    panel = write_panel(tmp_path, make_genotypes())
    read = read_genotypes(panel, np.array([1, 0]))
    assert read[:, 1].tolist() == make_genotypes()[A].tolist()
    assert read[:, 0].tolist() == make_genotypes()[B].tolist()


def test_read_genotypes__refuses_a_file_that_changed(tmp_path: Path) -> None:
    panel = write_panel(tmp_path, make_genotypes())
    with panel.bed.open("ab") as stream:
        stream.write(b"\0")
    with pytest.raises(PanelError, match="does not hold whole rows of 101 people"):
        read_genotypes(panel, np.array([0]))


def test_choose_panel__prefers_the_ancestry_of_the_gwas(tmp_path: Path) -> None:
    european = write_panel(tmp_path / "a", make_genotypes())
    african = write_panel(tmp_path / "b", make_genotypes(), ancestry="African")
    gone = LdPanel("gone", "African", "GRCh37", tmp_path / "no.bed", african.table)
    assert choose_panel([gone, european, african], ["African"]) is african
    assert choose_panel([european, african], [None]) is european
    assert choose_panel([gone], ["African"]) is None


def test_read_panels__finds_the_bed_that_the_manifest_named(store: Store, settings: Settings, cypher: Cypher) -> None:
    world = World(settings)
    bed = world.panel(make_genotypes())
    world.study("no-bed", "ld_panel", settings=json.dumps({"paths": ["x.vcf"]}))
    world.write(cypher)
    (panel,) = read_panels(store, settings, sorted(world.load_ids))
    assert panel == LdPanel("panel", "European", "GRCh37", bed, settings.home / "loads/panel-load/table.parquet")
    assert match_panel(panel, snp_table([{"key": A}]), "GRCh37").tolist() == [0]
