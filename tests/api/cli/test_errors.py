"""How errors that are not ours end a command."""

import errno

import pytest

from api.cli.errors import name_full_disk


@pytest.mark.parametrize(("number", "where"), [(errno.ENOSPC, "LOCUSGRAPH_HOME"), (errno.EDQUOT, "LOCUSGRAPH_HOME")])
def test_name_full_disk__names_the_places_that_may_be_full(number: int, where: str) -> None:
    assert where in str(name_full_disk(OSError(number, "Error writing bytes to file")))
    assert "disk of some.parquet is full" in str(name_full_disk(OSError(number, "no", "some.parquet")))


def test_name_full_disk__leaves_other_errors_alone() -> None:
    for error in (OSError(errno.EACCES, "no"), ValueError("no")):
        assert name_full_disk(error) is error
