"""Which studies of a manifest are regressed."""

from pathlib import Path
from typing import Any

import pytest

from services.pipeline.real_statistics import analyse_real

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
