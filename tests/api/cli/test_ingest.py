"""Loading, loading again and removing by the command line, on a real store."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.settings import Settings
from tests.api.cli.conftest import Run
from tests.api.graph_rows import Cypher
from tests.conftest import EMPTYING

pytestmark = pytest.mark.store
HEADER = "chromosome base_pair_location effect_allele other_allele beta standard_error p_value rsid n"
ROWS = [
    "1 1000 A G 0.5 0.05 1e-20 rs1 1000",
    "2 5000 C A 0.4 0.05 1e-12 rs2 1000",
    "3 7000 A C 0.01 0.05 0.8 rs3 1000",
    "4 9000 A C 0.01 0.05 7 rs4 1000",
]
MANIFEST = """reference_build = "GRCh37"
[[study]]
id = "height"
kind = "gwas"
path = "height.tsv.gz"
format = "gwas-ssf"
build = "GRCh37"
statistics = "complete"
trait = "EFO:0004339"
trait_name = "body height"
p_threshold = 5e-8
"""


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    lines = ["\t".join(row.split()) for row in (HEADER, *ROWS)]
    (folder / "height.tsv.gz").write_bytes(gzip.compress("\n".join([*lines, ""]).encode()))
    (folder / "studies.toml").write_text(MANIFEST)
    return folder / "studies.toml"


@pytest.fixture(scope="module")
def emptied(api_settings: Settings, run_cypher: Cypher) -> Iterator[None]:
    for statement in EMPTYING:
        run_cypher(statement)
    yield
    for statement in EMPTYING:
        run_cypher(statement)


@pytest.mark.usefixtures("emptied")
def test_ingest__counts_checks_loads_once_and_is_removable(run: Run, manifest: Path) -> None:
    checked = run("ingest", str(manifest), "--check", "--json")
    assert checked.exit_code == 0, checked.stderr
    (load,) = json.loads(checked.stdout)["loads"]
    assert (load["status"], load["read"], load["refused"], load["skipped"]) == (
        "checked",
        4,
        {"bad_p": 1},
        {"below_threshold": 1},
    )
    (first,) = json.loads(run("ingest", str(manifest), "--json").stdout)["loads"]
    assert (first["study"], first["status"], first["read"], first["written"]) == ("height", "loaded", 4, 2)
    (again,) = json.loads(run("ingest", str(manifest), "--json").stdout)["loads"]
    assert (again["status"], again["written"]) == ("unchanged", 0)
    shown = run("ingest", str(manifest)).stdout
    assert "unchanged" in shown
    assert "below threshold 1" in shown
    hit, *_ = json.loads(run("search", "rs1", "--kind", "snp", "--json").stdout)["hits"]
    assert hit["id"] == "GRCh37:1:1000:A:G"
    removed = run("studies", "remove", "height", "--json")
    assert json.loads(removed.stdout)["removed"] == "height"
    assert json.loads(run("studies", "list", "--json").stdout) == {"studies": []}


@pytest.mark.usefixtures("emptied")
def test_studies_remove__of_an_unknown_study_fails(run: Run) -> None:
    shown = run("studies", "remove", "nothing")
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert "no loaded study is called" in shown.stderr


def test_ingest__truncated_gzip_is_named(run: Run, manifest: Path, tmp_path: Path) -> None:
    whole = (manifest.parent / "height.tsv.gz").read_bytes()
    (tmp_path / "height.tsv.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "studies.toml").write_text(MANIFEST)
    shown = run("ingest", str(tmp_path / "studies.toml"), "--check", COLUMNS="300")
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert "height.tsv.gz" in shown.stderr
    assert "Traceback" not in shown.stderr


def test_ingest__renamed_column_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "height.tsv.gz").write_bytes(gzip.compress(b"chromosome\tposition\tp_value\n1\t1\t0.5\n"))
    (tmp_path / "studies.toml").write_text(MANIFEST)
    shown = run("ingest", str(tmp_path / "studies.toml"), "--check", COLUMNS="400")
    assert shown.exit_code == 1
    assert "base_pair_location" in shown.stderr
