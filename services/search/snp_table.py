"""SNPs of the graph as columns: places, LD blocks and what random candidates are matched on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loaders.builds import CHROMOSOME_RANKS
from services.graph.store import Store
from services.summary_statistics import VariantNames

_COLUMNS = (
    "key",
    "rsids",
    "chromosome",
    "position_bp",
    "build",
    "block",
    "degree",
    "minor_allele_frequency",
    "ld_score",
)
POOL_SNPS = 50_000
"""Random candidates are drawn from about so many SNPs when a GWAS holds more than can be named."""

CHROMOSOME_NAMES = {code: name for name, code in CHROMOSOME_RANKS.items()}
_MHC_CHROMOSOME, _MHC_START_BP, _MHC_END_BP = 6, 25_000_000, 34_000_000


@dataclass(frozen=True, slots=True)
class SnpTable:
    """SNPs sorted by key, so that no result depends on the order of a load or of a query's rows.

    Attributes
    ----------
    keys
        Key of each SNP (n).
    rsids
        rsids of each SNP (n).
    chromosome
        1-22, 23 X, 24 Y, 25 MT; 0 for a SNP without a place in the reference build (n).
    any_chromosome
        The same, of whatever build the SNP's place is in; 0 where no chromosome is known (n).
    position_bp
        1-based position in the reference build, 0 without (n).
    block
        LD block, empty where there is none (n).
    degree
        Molecular associations that readers see (n).
    minor_allele_frequency, ld_score
        NaN where unknown (n).
    index
        Row of each key.
    """

    keys: tuple[str, ...]
    rsids: tuple[tuple[str, ...], ...]
    chromosome: NDArray[np.int16]
    any_chromosome: NDArray[np.int16]
    position_bp: NDArray[np.int64]
    block: NDArray[np.object_]
    degree: NDArray[np.int64]
    minor_allele_frequency: NDArray[np.float64]
    ld_score: NDArray[np.float64]
    index: dict[str, int]

    @property
    def is_placed(self) -> NDArray[np.bool_]:
        """Whether each SNP has a place in the reference build (n)."""
        return np.asarray(self.chromosome > 0)

    @property
    def is_in_mhc(self) -> NDArray[np.bool_]:
        """Whether each SNP lies in the MHC, chromosome 6 from 25 to 34 Mb (n)."""
        inside = (self.position_bp >= _MHC_START_BP) & (self.position_bp <= _MHC_END_BP)
        return np.asarray(inside & (self.chromosome == _MHC_CHROMOSOME))

    def rows_of(self, keys: Iterable[str]) -> NDArray[np.int64]:
        """Rows of those of `keys` that are in the table, in the order of `keys`."""
        return np.array([self.index[key] for key in keys if key in self.index], dtype=np.int64)


def read_snps(store: Store, keys: Iterable[str], *, load_ids: Sequence[str], build: str) -> SnpTable:
    """Read what is known of the SNPs with these keys; keys that the graph does not hold are left out."""
    wanted = sorted(set(keys))
    return build_snp_table(store.read_columns("search/snps", _COLUMNS, keys=wanted, load_ids=list(load_ids)), build)


def read_molecular_snps(store: Store, also: Iterable[str], *, load_ids: Sequence[str], build: str) -> SnpTable:
    """Read every SNP with a molecular association, and those of `also`."""
    found = store.read_columns("search/molecular_snps", _COLUMNS, load_ids=list(load_ids))
    return _with_more(store, found, also, load_ids, build)


def read_snp_pool(
    store: Store, names: VariantNames | None, also: Iterable[str], *, load_ids: Sequence[str], build: str
) -> SnpTable:
    """Read SNPs with molecular associations from which random candidates may be drawn, and those of `also`.

    Parameters
    ----------
    store
        The graph.
    names
        Keys and rsids that the GWAS holds; None when it holds too many to name, and the pool is then a sample of
        about ``POOL_SNPS`` of the graph's SNPs, taken by the remainder of their positions.
    also
        Keys to read whatever they are.
    load_ids, build
        Loads of the release; the reference build.
    """
    if names is not None:
        found = store.read_columns(
            "search/molecular_snps_named",
            _COLUMNS,
            keys=list(names.keys),
            rsids=list(names.rsids),
            load_ids=list(load_ids),
        )
    else:
        modulus = 1 + store.read("search/count_snps")[0]["n_snps"] // POOL_SNPS
        found = store.read_columns(
            "search/molecular_snps_sampled", _COLUMNS, modulus=modulus, remainder=0, load_ids=list(load_ids)
        )
    return _with_more(store, found, also, load_ids, build)


def _with_more(
    store: Store, found: dict[str, list[Any]], also: Iterable[str], load_ids: Sequence[str], build: str
) -> SnpTable:
    missing = sorted(set(also) - set(found["key"]))
    more = store.read_columns("search/snps", _COLUMNS, keys=missing, load_ids=list(load_ids))
    return build_snp_table({name: found[name] + more[name] for name in _COLUMNS}, build)


def build_snp_table(columns: dict[str, list[Any]], build: str) -> SnpTable:
    """Sort SNPs by key and turn their places into numbers; a place counts in the build `build` only."""
    order = sorted(range(len(columns["key"])), key=columns["key"].__getitem__)
    sorted_columns = {name: [values[row] for row in order] for name, values in columns.items()}
    codes = [CHROMOSOME_RANKS.get(name or "", 0) for name in sorted_columns["chromosome"]]
    is_here = [
        position is not None and found == build
        for position, found in zip(sorted_columns["position_bp"], sorted_columns["build"], strict=True)
    ]
    positions = [position if here else 0 for position, here in zip(sorted_columns["position_bp"], is_here, strict=True)]
    keys = tuple(sorted_columns["key"])
    return SnpTable(
        keys=keys,
        rsids=tuple(tuple(names) for names in sorted_columns["rsids"]),
        chromosome=np.array([code if here else 0 for code, here in zip(codes, is_here, strict=True)], dtype=np.int16),
        any_chromosome=np.array(codes, dtype=np.int16),
        position_bp=np.array(positions, dtype=np.int64),
        block=np.array([block or "" for block in sorted_columns["block"]], dtype=np.object_),
        degree=np.array(sorted_columns["degree"], dtype=np.int64),
        minor_allele_frequency=np.array(sorted_columns["minor_allele_frequency"], dtype=np.float64),
        ld_score=np.array(sorted_columns["ld_score"], dtype=np.float64),
        index={key: row for row, key in enumerate(keys)},
    )
