"""Blocks of chosen people and variants."""

from pathlib import Path

import numpy as np
import pytest
from bgen import BgenWriter

from loaders.dosages import open_dosages
from loaders.dosages.source import is_run
from loaders.errors import FormatError
from tests.loaders.dosages.files import write_bed, write_bgen, write_pgen


def test_is_run__tells_consecutive_indices() -> None:
    assert is_run(np.array([3, 4, 5]))
    assert not is_run(np.array([3, 5, 4]))
    assert not is_run(np.array([5, 4, 3]))
    assert not is_run(np.array([], np.int64))


def test_block_reader__refuses_what_lies_outside_the_file(tmp_path: Path) -> None:
    file = open_dosages(write_bed(tmp_path))
    with pytest.raises(FormatError, match="people are counted from 0 to 4; seen: 1 to 5"):
        file.block_reader(np.array([1, 5]))
    with pytest.raises(FormatError, match="variants are counted from 0 to 3; seen: -1 to 0"):
        file.block_reader(None, np.array([0, -1]))
    with pytest.raises(FormatError, match=r"a block must lie within the variants; seen: 0 to 3 of 2"):
        file.block_reader(None, np.array([0, 1]))(0, 3)


@pytest.mark.parametrize("kind", ["bed", "pgen", "bgen"])
def test_dosage_file__says_which_variants_the_file_calls_pseudo_autosomal(tmp_path: Path, kind: str) -> None:
    path = {"bed": write_bed, "pgen": write_pgen, "bgen": write_bgen}[kind](tmp_path)
    assert open_dosages(path).is_pseudo_autosomal is None
    if kind == "bgen":
        with BgenWriter(str(path), n_samples=1, samples=["a"]) as out:
            for name in ("1", "25", "X", "XY"):
                out.add_variant("v", "rs9", name, 5, ["A", "C"], np.array([[1.0, 0, 0]]))
        path.with_suffix(".sample").unlink(missing_ok=True)
    else:
        table = path.with_suffix(".bim" if kind == "bed" else ".pvar")
        head = [line for line in table.read_text().splitlines() if line.startswith("#")]
        rows = [line.split("\t", 1)[1] for line in table.read_text().splitlines() if not line.startswith("#")]
        named = [f"{name}\t{row}" for name, row in zip(("1", "25", "X", "XY"), rows, strict=True)]
        table.write_text("\n".join((*head, *named)) + "\n")
    file = open_dosages(path)
    assert file.variants["chromosome"].to_list() == ["1", "X", "X", "X"]
    assert file.is_pseudo_autosomal is not None
    assert file.is_pseudo_autosomal.tolist() == [False, True, False, True]
