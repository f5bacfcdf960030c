"""Generated documents are in step with the code."""

from pathlib import Path

import pytest

from api.docs import render_documents, write_documents
from tests.paths import ROOT


@pytest.mark.parametrize("name", sorted(render_documents()))
def test_documents__are_in_step_with_the_code(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == render_documents()[name], "run `make docs`"


def test_write_documents__writes_only_what_changed(tmp_path: Path) -> None:
    assert len(write_documents(tmp_path)) == len(render_documents())
    assert write_documents(tmp_path) == []
    (tmp_path / "docs" / "cli.md").write_text("old")
    assert [path.name for path in write_documents(tmp_path)] == ["cli.md"]
