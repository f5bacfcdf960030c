"""Turns what a search found into the records of its report: candidates with their evidence, and loci."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.association import render_p_value
from services.graph.store import Store
from services.search.bridges import find_bridged_paths, weigh_by_walks
from services.search.error_rates import FamilyWiseResult
from services.search.evidence import PathEnds, find_paths, read_nearest_genes
from services.search.gwas import GwasStudy, Statistics
from services.search.linkage import Linkage
from services.search.neighbours import EmbeddingModel, Proposal
from services.search.options import CandidateOptions
from services.search.query_snps import KnownHit
from services.search.report import Candidate, EvidencePath, Locus, NearGene, Novelty, TraitEdge
from services.search.snp_table import CHROMOSOME_NAMES, SnpTable
from services.search.testing import Outcome
from services.search.weighted import WeightedOutcome, family_wise_result

IndexArray = NDArray[np.int64]


@dataclass(frozen=True)
class Findings:
    """Everything a report is written from.

    Attributes
    ----------
    trait_id, options
        What was asked.
    snps, linkage
        Every SNP looked at, and how they are linked.
    candidates
        Rows of the candidates, best proposal first.
    proposals
        All proposals, best first.
    is_assessed
        Whether novelty can be assessed at each SNP.
    hits
        The query SNPs.
    model
        The model that proposed them; None where none did.
    study, statistics, outcome, weighted
        The GWAS tested on, what it says, what passed, and the test at a false discovery rate; None when untestable.
    """

    trait_id: str
    options: CandidateOptions
    snps: SnpTable
    linkage: Linkage
    candidates: IndexArray
    proposals: Sequence[Proposal]
    is_assessed: NDArray[np.bool_]
    hits: Mapping[str, KnownHit]
    model: EmbeddingModel | None
    study: GwasStudy | None
    statistics: Statistics | None
    outcome: Outcome | None
    weighted: WeightedOutcome | None = None

    def novelty_of(self, row: int) -> Novelty:
        """Whether a candidate is novel, or why that is not said."""
        if self.outcome is None:
            return "not tested"
        if row not in self.outcome.survivors:
            return "not significant"
        return "novel" if self.is_assessed[row] else "not assessed"


def list_candidates(
    store: Store, findings: Findings, load_ids: Sequence[str], *, rows: IndexArray | None = None
) -> tuple[Candidate, ...]:
    """The candidates to show with their evidence: all significant ones, then the next up to the limit; or `rows`."""
    rows = _order(findings) if rows is None else rows
    proposal_of = {proposal.key: proposal for proposal in findings.proposals}
    rank_of = {int(row): rank for rank, row in enumerate(findings.candidates, start=1)}
    keys = [findings.snps.keys[row] for row in rows]
    trait_edges = {key: edge for row, key in zip(rows, keys, strict=True) if (edge := trait_edge(findings, int(row)))}
    query_of = {key: proposal_of[key].query_snp for key in keys}
    ends = PathEnds(query_of, findings.hits, trait_edges, findings.options.max_paths)
    paths = read_paths(store, findings, ends, load_ids)
    genes = read_nearest_genes(store, keys, load_ids)
    return tuple(
        _to_candidate(findings, int(row), rank_of[int(row)], proposal_of[key], genes.get(key, ()), paths.get(key, ()))
        for row, key in zip(rows, keys, strict=True)
    )


def read_paths(
    store: Store, findings: Findings, ends: PathEnds, load_ids: Sequence[str]
) -> dict[str, tuple[EvidencePath, ...]]:
    """Evidence paths between these ends: over one molecule, else over two, with the model's walks along them."""
    paths = find_paths(store, ends, findings.snps, load_ids)
    if findings.model is None:
        return paths
    pathless = {key: query for key, query in ends.candidates.items() if not paths[key]}
    paths |= find_bridged_paths(store, findings.model, replace(ends, candidates=pathless), load_ids)
    return weigh_by_walks(findings.model, ends, paths)


def list_loci(store: Store, findings: Findings, load_ids: Sequence[str]) -> tuple[Locus, ...]:
    """Clumps of significant candidates, the strongest lead first."""
    if findings.outcome is None or findings.statistics is None:
        return ()
    survivors, lead_of = findings.outcome.survivors, findings.outcome.lead_of
    leads = [int(row) for row in survivors if row in lead_of]
    genes = read_nearest_genes(store, [findings.snps.keys[lead] for lead in leads], load_ids)
    return tuple(_to_locus(findings, lead, survivors[lead_of == lead], genes) for lead in leads)


def _order(findings: Findings) -> IndexArray:
    """Rows to list: the strongest first where p is known, else the best ranked first."""
    candidates, limit = findings.candidates, findings.options.limit
    if findings.statistics is None or findings.outcome is None:
        return candidates[:limit]
    order = np.lexsort((np.arange(len(candidates)), -findings.statistics.neg_log10_p[candidates]))
    return candidates[order][: max(limit, len(findings.outcome.survivors))]


def trait_edge(findings: Findings, row: int) -> TraitEdge | None:
    """What the GWAS tested on says of a SNP; None where nothing was tested."""
    if findings.statistics is None or findings.study is None:
        return None
    strength = float(findings.statistics.neg_log10_p[row])
    z_score = _number(findings.statistics.z_score[row])
    return TraitEdge(findings.snps.keys[row], findings.study.study_id, z_score, strength, render_p_value(strength))


def _to_candidate(
    findings: Findings,
    row: int,
    rank: int,
    proposal: Proposal,
    genes: tuple[NearGene, ...],
    paths: tuple[EvidencePath, ...],
) -> Candidate:
    snps, statistics = findings.snps, findings.statistics
    strength = None if statistics is None else float(statistics.neg_log10_p[row])
    n_samples = None if statistics is None else _number(statistics.n_samples[row])
    return Candidate(
        key=snps.keys[row],
        rsids=snps.rsids[row],
        chromosome=CHROMOSOME_NAMES[int(snps.chromosome[row])],
        position_bp=int(snps.position_bp[row]),
        block=snps.block[row] or None,
        is_in_mhc=bool(snps.is_in_mhc[row]),
        rank=rank,
        score=proposal.score,
        query_snp=proposal.query_snp,
        neg_log10_p=strength,
        p_value=None if strength is None else render_p_value(strength),
        z_score=None if statistics is None else _number(statistics.z_score[row]),
        effect_size=None if statistics is None else _number(statistics.effect_size[row]),
        standard_error=None if statistics is None else _number(statistics.standard_error[row]),
        n_samples=None if n_samples is None else int(n_samples),
        is_significant=None if findings.outcome is None else bool(row in findings.outcome.survivors),
        novelty=findings.novelty_of(row),
        ld_source=findings.linkage.source_of(row),
        nearest_genes=genes,
        paths=paths,
        family_wise=_family_wise(findings, row),
        false_discovery=None if findings.weighted is None else findings.weighted.of_row[row],
    )


def _family_wise(findings: Findings, row: int) -> FamilyWiseResult | None:
    if findings.statistics is None or findings.outcome is None:
        return None
    strength = float(findings.statistics.neg_log10_p[row])
    is_rejected = bool(row in findings.outcome.survivors)
    return family_wise_result(strength, len(findings.candidates), is_rejected=is_rejected)


def _to_locus(findings: Findings, lead: int, members: IndexArray, genes: Mapping[str, tuple[NearGene, ...]]) -> Locus:
    snps = findings.snps
    strength = 0.0 if findings.statistics is None else float(findings.statistics.neg_log10_p[lead])
    return Locus(
        lead=snps.keys[lead],
        members=tuple(snps.keys[row] for row in members),
        chromosome=CHROMOSOME_NAMES[int(snps.chromosome[lead])],
        start_bp=int(snps.position_bp[members].min()),
        end_bp=int(snps.position_bp[members].max()),
        block=snps.block[lead] or None,
        is_in_mhc=bool(snps.is_in_mhc[lead]),
        neg_log10_p=strength,
        p_value=render_p_value(strength),
        novelty=findings.novelty_of(lead),
        ld_source=findings.linkage.source_of(lead),
        nearest_genes=genes.get(snps.keys[lead], ()),
    )


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
