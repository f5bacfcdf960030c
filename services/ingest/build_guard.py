"""Refuses a study whose positions are those of another genome build than it says."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import polars as pl

from services.ingest.errors import WrongBuild
from services.ingest.records import TABLE_NAME, VARIANT_KINDS, LoadRecord
from services.ingest.sources import of_kind, scan_file, scan_table
from services.ingest.state import StateFolder

MIN_COMMON: Final = 50
"""Fewer common rsids than this prove nothing."""
MAX_WRONG_SHARE: Final = 0.5
SAMPLE_ROWS: Final = 1_000_000

_SCHEMA: Final = {"rsid": pl.String, "chromosome": pl.String, "position_bp": pl.Int64}
_GUARDED_KINDS: Final = (*VARIANT_KINDS, "positions", "ld_panel")


def check_build(
    record: LoadRecord, state: StateFolder, records: Sequence[LoadRecord], *, folder: Path | None = None
) -> None:
    """Compare where a study puts its rsids with where the positions sources of the same build put them.

    Parameters
    ----------
    record
        The study's prepared load.
    records
        All loads that shall be active; the positions sources and LD panels among them are compared with.
    folder
        Where the prepared load is, when it is not in the state folder.

    Raises
    ------
    WrongBuild
        When at least 50 rsids are common and most of them lie elsewhere.
    """
    if record.kind not in _GUARDED_KINDS or record.build is None:
        return
    scan = scan_file((folder or state.load(record.load_id)) / TABLE_NAME, {**_SCHEMA, "build": pl.String})
    own = scan.head(SAMPLE_ROWS).filter(pl.coalesce("build", pl.lit(record.build)) == record.build)
    sample = own.select(list(_SCHEMA)).drop_nulls().unique("rsid", keep="any").collect()
    if sample.height < MIN_COMMON:
        return
    for source in of_kind(records, "positions", "ld_panel", build=record.build):
        if source.study_id != record.study_id:
            _compare(record, sample, source, state)


def _compare(record: LoadRecord, sample: pl.DataFrame, source: LoadRecord, state: StateFolder) -> None:
    rows = scan_table(state, source, _SCHEMA).drop_nulls()
    common = rows.join(sample.lazy(), on="rsid", suffix="_own").collect(engine="streaming").unique("rsid", keep="any")
    elsewhere = common.filter(
        (pl.col("chromosome") != pl.col("chromosome_own")) | (pl.col("position_bp") != pl.col("position_bp_own"))
    )
    if common.height < MIN_COMMON or elsewhere.height <= MAX_WRONG_SHARE * common.height:
        return
    example = elsewhere.sort("rsid").row(0, named=True)
    raise WrongBuild(
        f"study {record.study_id}: its positions are not those of {record.build}: {elsewhere.height} of "
        f"{common.height} rsids that it shares with {source.study_id} lie elsewhere, such as {example['rsid']} at "
        f"{example['chromosome_own']}:{example['position_bp_own']}, which {source.study_id} puts at "
        f"{example['chromosome']}:{example['position_bp']}. Nothing was written. Correct the key build of the study "
        "in the manifest (GRCh37, GRCh38 or NCBI36), or that of the positions source"
    )
