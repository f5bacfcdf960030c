"""The guard against positions of another build."""

from pathlib import Path

import polars as pl
import pytest

from loaders.report import LoadReport
from services.ingest.build_guard import check_build
from services.ingest.errors import WrongBuild
from services.ingest.records import LoadRecord
from services.ingest.state import StateFolder


@pytest.fixture
def state(tmp_path: Path) -> StateFolder:
    return StateFolder(tmp_path)


def _load(state: StateFolder, study: str, kind: str, positions: list[int], build: str = "GRCh37") -> LoadRecord:
    folder = state.load(study)
    folder.mkdir(parents=True)
    pl.DataFrame(
        {"rsid": [f"rs{i}" for i in range(len(positions))], "chromosome": "1", "position_bp": positions}
    ).write_parquet(folder / "table.parquet")
    return LoadRecord(study, study, kind, build, 100, False, "", {}, LoadReport(study, kind, 0, 0), "", {})


def test_check_build__most_positions_elsewhere_is_refused(state: StateFolder) -> None:
    source = _load(state, "places", "positions", list(range(100, 200)))
    study = _load(state, "gwas", "gwas", [*range(100, 149), *range(1149, 1200)])
    with pytest.raises(WrongBuild, match=r"51 of 100 rsids that it shares with places lie elsewhere, such as rs49"):
        check_build(study, state, [source, study])


@pytest.mark.parametrize(
    ("positions", "kind", "build"),
    [
        ([*range(100, 150), *range(1150, 1200)], "gwas", "GRCh37"),
        (list(range(1100, 1149)), "gwas", "GRCh37"),
        (list(range(1100, 1200)), "gwas", "GRCh38"),
        (list(range(1100, 1200)), "genes", "GRCh37"),
    ],
)
def test_check_build__half_or_too_few_or_another_build_passes(
    state: StateFolder, positions: list[int], kind: str, build: str
) -> None:
    source = _load(state, "places", "positions", list(range(100, 200)))
    check_build(_load(state, "study", kind, positions, build), state, [source])


def test_check_build__positions_sources_guard_one_another(state: StateFolder) -> None:
    records = [
        _load(state, "a", "positions", list(range(100, 200))),
        _load(state, "b", "positions", list(range(300, 400))),
    ]
    with pytest.raises(WrongBuild, match="study b: its positions are not those of GRCh37"):
        check_build(records[1], state, records)
