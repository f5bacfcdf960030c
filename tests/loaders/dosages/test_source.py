"""Blocks of chosen people and variants."""

from pathlib import Path

import numpy as np
import pytest

from loaders.dosages import open_dosages
from loaders.dosages.source import is_run
from loaders.errors import FormatError
from tests.loaders.dosages.files import write_bed


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
