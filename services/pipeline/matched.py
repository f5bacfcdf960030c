"""Random SNPs that match candidates in degree, allele frequency and LD score, away from the trait's known loci."""

from collections.abc import Sequence

import numpy as np

from models.association import draw_matched_sets, match_strata
from services.graph.store import Store
from services.releases import current_release
from services.search import CandidateReport
from services.search.snp_table import SnpTable, read_molecular_snps
from services.search.testing import matching_features


def draw_matched_keys(
    store: Store, report: CandidateReport, keys: Sequence[str], *, n_lists: int, seed: int = 1
) -> list[list[str]]:
    """Draw lists of random SNPs, each as long as `keys` and with the same strata.

    Parameters
    ----------
    store
        The graph; every placed SNP with a molecular association may be drawn, the candidates too.
    report
        The search that gave the candidates: near its query SNPs, and in their LD blocks, nothing is drawn.
    keys
        The candidates.
    n_lists, seed
        Number of lists; seed of the draws.

    Returns
    -------
    list of lists
        SNP keys; empty lists where there are no candidates.
    """
    if not keys:
        return [[] for _ in range(n_lists)]
    build = keys[0].split(":", 1)[0]
    snps = read_molecular_snps(store, keys, load_ids=current_release(store).load_ids, build=build)
    pool = np.flatnonzero(snps.is_placed & (snps.degree > 0) & ~_is_known(snps, report))
    pool = np.union1d(pool, snps.rows_of(keys))
    is_chosen = np.isin(pool, snps.rows_of(keys))
    strata = match_strata(matching_features(snps, pool), is_chosen)
    drawn = pool[draw_matched_sets(strata, is_chosen, n_lists, np.random.default_rng(seed))]
    return [[snps.keys[row] for row in rows] for rows in drawn]


def _is_known(snps: SnpTable, report: CandidateReport) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    known = snps.rows_of(report.query_snps)
    is_known = np.isin(snps.block, [block for block in snps.block[known] if block])
    for row in known:
        is_near = np.abs(snps.position_bp - snps.position_bp[row]) <= report.options.window_bp
        is_known |= is_near & (snps.chromosome == snps.chromosome[row])
    return np.asarray(is_known, dtype=np.bool_)
