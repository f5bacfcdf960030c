"""Reads the genotypes of an LD panel, only for the SNPs that are asked for."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from bed_reader import open_bed
from numpy.typing import NDArray

from services.graph.store import Store
from services.search.errors import PanelError
from services.search.snp_table import CHROMOSOME_NAMES, SnpTable
from services.settings import Settings
from services.summary_statistics import parse_snp_key, table_of_load

_HEADER_BYTES = 3
_GENOTYPES_A_BYTE = 4


@dataclass(frozen=True, slots=True)
class LdPanel:
    """Genotypes of a set of people, from which r² is computed.

    Attributes
    ----------
    study_id
        Study of the panel.
    ancestry
        Ancestry of its people, None where the manifest does not say.
    build
        Build of its positions.
    bed
        The PLINK .bed file, as the manifest named it.
    table
        Table of its variants in the state folder.
    """

    study_id: str
    ancestry: str | None
    build: str | None
    bed: Path
    table: Path


def read_panels(store: Store, settings: Settings, load_ids: Sequence[str]) -> tuple[LdPanel, ...]:
    """Read which LD panels the release holds, by study id."""
    panels = []
    for row in store.read("search/ld_panels", load_ids=list(load_ids)):
        bed = _bed_of_settings(row["settings"])
        if bed is not None:
            table = table_of_load(settings, row["load_id"], row["table_path"])
            panels.append(LdPanel(row["study_id"], row["ancestry"], row["build"], bed, table))
    return tuple(panels)


def choose_panel(panels: Sequence[LdPanel], ancestries: Sequence[str | None]) -> LdPanel | None:
    """The panel of the GWAS's ancestry, else the first by study id; None when there is no panel or its file is gone."""
    usable = [panel for panel in panels if panel.bed.exists() and panel.table.exists()]
    same = [panel for panel in usable if panel.ancestry is not None and panel.ancestry in ancestries]
    return next(iter(same or usable), None)


def match_panel(panel: LdPanel, snps: SnpTable, build: str) -> NDArray[np.int64]:
    """Row of each SNP in the panel's .bed, -1 where the panel does not have it.

    SNPs are found by place and alleles when the panel is in the reference build, else by rsid and alleles.
    """
    columns = ["rsid", "chromosome", "position_bp", "allele_1", "allele_2", "variant_index"]
    wanted = _wanted(snps)
    panel_rows = pl.scan_parquet(panel.table).select(columns)
    if panel.build == build:
        on = ["chromosome", "position_bp", "allele_1", "allele_2"]
    else:
        on, wanted = ["rsid", "allele_1", "allele_2"], wanted.explode("rsid", empty_as_null=True)
    found = wanted.select("row", *on).lazy().join(panel_rows, on=on, how="inner").collect()
    variants = np.full(len(snps.keys), -1, dtype=np.int64)
    first = found.group_by("row").agg(pl.col("variant_index").min())
    variants[first["row"].to_numpy()] = first["variant_index"].to_numpy()
    return variants


def read_genotypes(panel: LdPanel, variants: NDArray[np.int64]) -> NDArray[np.int8]:
    """Allele counts of the panel's people at some variants, -127 where missing (people, variants).

    Raises
    ------
    PanelError
        When the .bed has not the size that its table says.
    """
    n_people = pl.scan_parquet(panel.table).select("n_samples").head(1).collect().item()
    row_bytes = -(-n_people // _GENOTYPES_A_BYTE)
    n_variants, rest = divmod(panel.bed.stat().st_size - _HEADER_BYTES, row_bytes)
    if rest or (variants.size and int(variants.max()) >= n_variants):
        raise PanelError(
            f"LD panel {panel.study_id}: {panel.bed} does not hold whole rows of {n_people} people: it changed since "
            "it was loaded, load the study again"
        )
    with open_bed(panel.bed, iid_count=n_people, sid_count=n_variants, properties={}) as bed:
        return np.asarray(bed.read(np.s_[:, variants], dtype="int8", num_threads=2), dtype=np.int8)


def _wanted(snps: SnpTable) -> pl.DataFrame:
    """Places and names of the SNPs that have a pair of alleles."""
    alleles = [parsed[3:] if (parsed := parse_snp_key(key)) else (None, None) for key in snps.keys]
    return pl.DataFrame(
        {
            "row": np.arange(len(snps.keys)),
            "rsid": [list(names) for names in snps.rsids],
            "chromosome": [CHROMOSOME_NAMES.get(int(code)) for code in snps.chromosome],
            "position_bp": snps.position_bp,
            "allele_1": [pair[0] for pair in alleles],
            "allele_2": [pair[1] for pair in alleles],
        },
        schema_overrides={
            "rsid": pl.List(pl.String),
            "chromosome": pl.String,
            "allele_1": pl.String,
            "allele_2": pl.String,
        },
    )


def _bed_of_settings(text: str | None) -> Path | None:
    """The .bed file named in the manifest entry that the Study node keeps."""
    settings: dict[str, Any] = json.loads(text) if text else {}
    paths = settings.get("paths") or [settings["path"]] if settings.get("paths") or settings.get("path") else []
    beds = [Path(path) for path in paths if str(path).endswith(".bed")]
    return beds[0] if beds else None
