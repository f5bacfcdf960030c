"""The known SNPs of a trait, and those of them that ask the question."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.association import clump
from services.graph.store import Store
from services.search.linkage import Linkage
from services.search.snp_table import SnpTable


@dataclass(frozen=True, slots=True)
class KnownHit:
    """The strongest association of one SNP with the trait, over all studies that readers see.

    Attributes
    ----------
    key
        SNP key.
    study_id, z_score, neg_log10_p
        The strongest association.
    mapped_genes
        Genes that any of its associations names, sorted.
    is_p_bound
        Whether its p-value is only known to be smaller than that.
    """

    key: str
    study_id: str
    z_score: float | None
    neg_log10_p: float
    mapped_genes: tuple[str, ...]
    is_p_bound: bool = False


def read_known_hits(
    store: Store, trait_id: str, *, neg_log10_p: float, load_ids: Sequence[str]
) -> tuple[KnownHit, ...]:
    """Read the SNPs of the trait with a smaller p-value than asked, sorted by key; of equal ones the first study."""
    rows = store.read("search/trait_hits", trait_id=trait_id, neg_log10_p=neg_log10_p, load_ids=list(load_ids))
    strongest: dict[str, KnownHit] = {}
    genes: dict[str, set[str]] = {}
    for row in rows:
        genes.setdefault(row["key"], set()).update(row["mapped_genes"])
        place = (row["key"], row["study_id"], row["z_score"], row["neg_log10_p"])
        strongest.setdefault(row["key"], KnownHit(*place, (), row["is_p_bound"]))
    return tuple(replace(hit, mapped_genes=tuple(sorted(genes[key]))) for key, hit in sorted(strongest.items()))


def choose_query_snps(hits: Sequence[KnownHit], snps: SnpTable, linkage: Linkage) -> tuple[str, ...]:
    """Lead SNPs of the clumps of those hits that have a place and a molecular association, strongest first."""
    usable = [hit for hit in hits if _is_usable(hit, snps)]
    rows = snps.rows_of(hit.key for hit in usable)
    strength = np.array([hit.neg_log10_p for hit in usable], dtype=np.float64)
    leads = clump_rows(rows, strength, linkage)
    return tuple(snps.keys[rows[lead]] for lead in sorted(set(leads.tolist()), key=lambda at: (-strength[at], at)))


def clump_rows(rows: NDArray[np.int64], strength: NDArray[np.float64], linkage: Linkage) -> NDArray[np.int64]:
    """Clump SNPs of the linkage's table: for each of `rows` the place in `rows` of its lead."""
    return clump(strength, lambda lead, others: linkage.is_linked(int(rows[lead]), rows[others]))


def _is_usable(hit: KnownHit, snps: SnpTable) -> bool:
    row = snps.index.get(hit.key)
    return row is not None and bool(snps.is_placed[row]) and bool(snps.degree[row] > 0)
