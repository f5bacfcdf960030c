"""Which studies of a manifest are regressed."""

from pathlib import Path
from typing import Any

import pytest

from models.heritability import HeritabilityError, SingularDesignError
from services.pipeline import real_statistics
from services.pipeline.real_statistics import analyse_real
from services.statistics import RegressionRequest

MANIFEST = """reference_build = "GRCh37"

[[study]]
id = "{panel}"
kind = "ld_panel"
path = "panel.bed"
build = "GRCh37"
"""


@pytest.mark.parametrize("panel", ["g1000-eur-ld", "other"])
def test_analyse_real__of_a_manifest_without_the_studies_is_nothing(panel: str, tmp_path: Path) -> None:
    (tmp_path / "panel.bed").write_bytes(b"")
    manifest = tmp_path / "studies.toml"
    manifest.write_text(MANIFEST.format(panel=panel))
    nothing: Any = None  # neither the store nor the settings are touched
    assert analyse_real(nothing, nothing, manifest) is None


def test_partition__leaves_out_what_the_regression_cannot_tell_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("base", "empty", "first", "second")

    def partition(_store: Any, _settings: Any, _trait: str, *, request: RegressionRequest) -> Any:
        kept = [name for name in names if name not in request.without]
        if "empty" in kept:
            raise SingularDesignError("empty", (kept.index("empty"),))
        if {"first", "second"} <= set(kept):
            raise SingularDesignError("they add up to the base", (0, kept.index("first"), kept.index("second")))
        return kept

    monkeypatch.setattr(real_statistics, "partition_heritability", partition)
    nothing: Any = None
    found, note = real_statistics._partition(nothing, nothing, "t", request=RegressionRequest(), names=names)
    assert found == ["base", "first"]
    assert note.endswith("others add up to them: empty, second")


def test_partition__gives_up_where_no_category_is_to_blame(monkeypatch: pytest.MonkeyPatch) -> None:
    def partition(*_: Any, **__: Any) -> Any:
        raise SingularDesignError("the base is empty", (0,))

    monkeypatch.setattr(real_statistics, "partition_heritability", partition)
    nothing: Any = None
    with pytest.raises(SingularDesignError, match="the base is empty"):
        real_statistics._partition(nothing, nothing, "t", request=RegressionRequest(), names=("base",))
    monkeypatch.setattr(real_statistics, "_MOST_LEFT_OUT", 0)
    with pytest.raises(HeritabilityError, match="more than 0 categories"):
        real_statistics._partition(nothing, nothing, "t", request=RegressionRequest(), names=("base",))
