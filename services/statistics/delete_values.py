"""Delete values of the jackknife: in the run's folder, and in a file where one is asked for."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

DELETE_VALUES_NAME: Final = "delete_values.parquet"


def write_delete_values(columns: Mapping[str, NDArray[np.float64]], path: Path | None) -> Callable[[Path], None]:
    """Write the estimates with each block left out to a file, if asked for; what writes them into a run's folder.

    Parameters
    ----------
    columns
        Values of each estimate, one a block.
    path
        Tab-separated text with a header, or Parquet by its ending; None for none.
    """
    table = pl.DataFrame({name: np.asarray(values) for name, values in columns.items()})

    def write(folder: Path) -> None:
        table.write_parquet(folder / DELETE_VALUES_NAME)

    if path is not None:
        if path.suffix == ".parquet":
            table.write_parquet(path)
        else:
            table.write_csv(path, separator="\t")
    return write
