"""Fixes the candidates among what was proposed, before any p-value of theirs is read."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.search.exclusion import Reason, Unplaced, exclude, place_unplaced_hits
from services.search.gwas import GwasStudy, choose_test_study, read_names
from services.search.linkage import Linkage
from services.search.neighbours import Proposals
from services.search.scene import Scene
from services.search.snp_table import SnpTable, read_snp_pool, read_snps

IndexArray = NDArray[np.int64]


@dataclass(frozen=True)
class Field:
    """The candidates among all SNPs that were looked at, before any p-value of theirs is read.

    Attributes
    ----------
    snps, linkage
        Every SNP looked at, and how they are linked.
    reason
        Why each SNP cannot be a candidate (codes of ``Reason``, n).
    unplaced
        Known SNPs without a place.
    candidates
        Rows of the candidates, best proposal first.
    pool
        Rows of every SNP that could have been one.
    excluded
        Number of proposals left out, by reason.
    test_study, is_present
        The GWAS to test on, and whether it holds each SNP (n); None where there is none.
    """

    snps: SnpTable
    linkage: Linkage
    reason: NDArray[np.int8]
    unplaced: Unplaced
    candidates: IndexArray
    pool: IndexArray
    excluded: dict[str, int]
    test_study: GwasStudy | None
    is_present: NDArray[np.bool_] | None


def fix_candidates(scene: Scene, proposals: Proposals, *, also: Sequence[str] = ()) -> Field:
    """Fix the candidates: exclusions, then presence in a complete GWAS; reads no p-value of theirs.

    SNPs of `also` are looked at beside the proposals, and change nothing.
    """
    can_test = any(study.is_complete for study in scene.studies)
    hit_keys = [hit.key for hit in scene.hits]
    proposed = [proposal.key for proposal in proposals.ranked]
    snps = _read_snps(scene, [*hit_keys, *proposed, *also], has_pool=can_test and scene.options.n_null_sets > 0)
    linkage = scene.linkage(snps)
    unplaced = place_unplaced_hits(
        scene.store, scene.hits, snps, build=scene.build, gene_window_bp=scene.options.gene_window_bp
    )
    reason = exclude(snps, snps.rows_of(hit_keys), unplaced, linkage, scene.options)
    rows = snps.rows_of(proposed)
    excluded = {"not_in_graph": len(proposed) - len(rows)}
    excluded |= {Reason(code).name.lower(): count for code, count in Counter(reason[rows].tolist()).items() if code}
    kept = rows[(reason[rows] == Reason.KEPT) & (snps.degree[rows] > 0)]
    excluded["no_molecular_association"] = int(np.sum((reason[rows] == Reason.KEPT) & (snps.degree[rows] == 0)))
    tested = choose_test_study(scene.studies, scene.trait.trait_id, snps, kept) if can_test else None
    candidates, pool = kept, np.zeros(0, dtype=np.int64)
    if tested is not None:
        candidates = kept[tested[1][kept]]
        pool = np.flatnonzero(tested[1] & (reason == Reason.KEPT) & (snps.degree > 0))
        excluded["absent_from_gwas"] = len(kept) - len(candidates)
    counted = {name: count for name, count in sorted(excluded.items()) if count}
    study, is_present = tested or (None, None)
    return Field(snps, linkage, reason, unplaced, candidates, pool, counted, study, is_present)


def _read_snps(scene: Scene, keys: Sequence[str], *, has_pool: bool) -> SnpTable:
    """The SNPs to look at: those named, and a pool for random candidates where a test is possible."""
    if not has_pool:
        return read_snps(scene.store, keys, load_ids=scene.load_ids, build=scene.build)
    names = read_names(scene.studies, scene.trait.trait_id)
    return read_snp_pool(scene.store, names, keys, load_ids=scene.load_ids, build=scene.build)
