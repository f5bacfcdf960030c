"""GWAS-VCF: the values of FORMAT and sample columns as columns of their own."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from loaders.errors import FormatError


def expand_sample(frame: pl.DataFrame, sample: str, keys: Sequence[str]) -> pl.DataFrame:
    """Add one text column per FORMAT key of a VCF's sample column.

    Parameters
    ----------
    frame
        Rows with `FORMAT`, `ID` and the sample column.
    sample
        Name of the sample column.
    keys
        FORMAT keys that are wanted, such as ES, SE, LP.

    Returns
    -------
    DataFrame
        The rows, in their order, with the keys' columns; of several ids in one ID cell the first is kept, for they
        name one variant.
    """
    values = pl.col(sample).str.split(":")
    columns = []
    formats = frame["FORMAT"].unique().drop_nulls().to_list()
    for key in keys:
        cases = [
            pl.when(pl.col("FORMAT") == text).then(values.list.get(text.split(":").index(key), null_on_oob=True))
            for text in sorted(formats)
            if key in text.split(":")
        ]
        columns.append(pl.coalesce(*cases, pl.lit(None, dtype=pl.String)).alias(key))
    return frame.with_columns(*columns, ID=pl.col("ID").str.replace(r"[;,].*$", ""))


def check_sample_columns(columns: tuple[str, ...], path: object) -> None:
    """Check that a GWAS-VCF holds one sample.

    Raises
    ------
    FormatError
        When it holds none or several, for then the trait of a row is not clear.
    """
    n_samples = len(columns) - columns.index("FORMAT") - 1
    if n_samples != 1:
        raise FormatError(
            "a GWAS-VCF must hold one sample, the trait",
            seen=f"{n_samples} sample columns",
            where=path,
            remedy="split it, for instance with bcftools view -s",
        )
