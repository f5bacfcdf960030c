"""Explains one SNP of a search: the evidence that made it a candidate, or what kept it from being one."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import numpy as np

from models.association import render_p_value
from services.graph.store import Store
from services.search.candidates import Question, ask, run_tests
from services.search.error_rates import DIFFERENT_GUARANTEES, FalseDiscoveryResult, FamilyWiseResult, FamilyWiseTest
from services.search.evidence import PathEnds
from services.search.explanation_words import Teller, tell_candidate, tell_other
from services.search.field import Field, fix_candidates
from services.search.gwas import read_statistics
from services.search.listing import Findings, list_candidates, read_paths, trait_edge
from services.search.neighbours import EmbeddingModel, NeighbourRank, Proposals, rank_in_model
from services.search.options import CandidateOptions
from services.search.report import Candidate, EvidencePath, TraitEdge
from services.search.scene import Scene, set_scene
from services.search.snp_names import require_snp
from services.search.snp_table import CHROMOSOME_NAMES, read_snps
from services.search.traits import Trait, require_trait
from services.search.weighted import family_wise_test
from services.search.why_not import WhyNot, find_reasons
from services.settings import Settings

Verdict = Literal["candidate", "known", "no candidate"]


@dataclass(frozen=True, slots=True)
class Measured:
    """What studies measured; nothing of it comes from a model.

    Attributes
    ----------
    in_gwas
        The SNP in the GWAS that tests the candidates; of a SNP that is no candidate it is no test. None where the
        GWAS has no row of it, or no GWAS is complete.
    paths
        Paths of measured edges from query SNPs to it, the heaviest first.
    """

    in_gwas: TraitEdge | None
    paths: tuple[EvidencePath, ...]


@dataclass(frozen=True, slots=True)
class Walk:
    """The model's walk along a path of `Measured.paths`: the path's number there, from 1, and the walk's weight."""

    path: int
    weight: float


@dataclass(frozen=True, slots=True)
class Predicted:
    """What the method says; nothing of it was measured.

    Attributes
    ----------
    method, run_id
        Who proposed it.
    score, query_snp
        Best score over the query SNPs, and the one that gave it; None where it was not proposed.
    rank, n_candidates
        Its rank among the candidates; None where it is none.
    neighbour_rank, neighbour_of
        Its best rank among the neighbours of one query SNP, and which; None where a method ranks it nowhere.
    walks
        The model's walks along the measured paths.
    """

    method: str
    run_id: str | None
    score: float | None
    query_snp: str | None
    rank: int | None
    n_candidates: int
    neighbour_rank: int | None
    neighbour_of: str | None
    walks: tuple[Walk, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a SNP is a candidate of a trait, or why not.

    Attributes
    ----------
    trait, release
        What was asked, and the release read.
    key, rsids, chromosome, position_bp, block
        The SNP; place and block are None where it has none.
    verdict
        ``candidate``; ``known``: an associated SNP of the trait itself; ``no candidate``.
    measured, predicted
        The evidence, what was measured apart from what a method predicts.
    family_wise_test, family_wise, false_discovery
        Tests of a candidate, each on its own; `guarantees` says how they differ. None where it was not tested.
    reasons
        What keeps it from being a candidate; empty for one.
    words
        All of this as sentences.
    """

    trait: Trait
    release: int
    key: str
    rsids: tuple[str, ...]
    chromosome: str | None
    position_bp: int | None
    block: str | None
    verdict: Verdict
    measured: Measured
    predicted: Predicted
    family_wise_test: FamilyWiseTest | None
    family_wise: FamilyWiseResult | None
    false_discovery: FalseDiscoveryResult | None
    guarantees: str
    reasons: tuple[WhyNot, ...]
    words: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain JSON values."""
        return asdict(self)


def explain_snp(
    store: Store,
    settings: Settings,
    trait: Trait | str,
    snp: str,
    *,
    options: CandidateOptions | None = None,
    model: EmbeddingModel | None = None,
) -> Explanation:
    """Explain why a SNP is a candidate of a trait, or why not.

    Parameters
    ----------
    store, settings, trait, options, model
        As in ``find_candidates``; the same options give the same candidates and tests.
    snp
        Key or rsid.

    Raises
    ------
    SnpNotResolved
        When the text names no SNP of the graph, or several.
    TraitNotResolved, SummaryStatisticsError, ArtefactError, StoreUnavailable
        As in ``find_candidates``.
    """
    key = require_snp(store, snp)
    found = require_trait(store, trait) if isinstance(trait, str) else trait
    scene = set_scene(store, settings, found, replace(options or CandidateOptions(), n_null_sets=0), model)
    question = ask(scene)
    proposals = Proposals((), 0) if scene.is_modelless else scene.propose(question.queries)
    field = fix_candidates(scene, proposals, also=[key])
    findings = run_tests(question, proposals, field) if len(field.candidates) else None
    row = field.snps.index[key]
    if findings is not None and row in field.candidates:
        (candidate,) = list_candidates(store, findings, scene.load_ids, rows=np.array([row], dtype=np.int64))
        return _explain_candidate(question, field, findings, candidate)
    return _explain_other(question, proposals, field, key)


def _explain_candidate(question: Question, field: Field, findings: Findings, candidate: Candidate) -> Explanation:
    scene = question.scene
    outcome = findings.outcome
    test = family_wise_test(outcome, scene.options.alpha, len(field.candidates)) if outcome is not None else None
    rank = rank_in_model(scene.model, question.queries, candidate.key) if scene.model is not None else None
    teller = _teller(question, field, candidate.key, candidate.paths)
    blank = _blank(question, field, candidate.key, candidate.paths, rank)
    predicted = replace(blank.predicted, score=candidate.score, query_snp=candidate.query_snp, rank=candidate.rank)
    return replace(
        blank,
        verdict="candidate",
        measured=replace(blank.measured, in_gwas=trait_edge(findings, field.snps.index[candidate.key])),
        predicted=predicted,
        family_wise_test=test,
        family_wise=candidate.family_wise,
        false_discovery=candidate.false_discovery,
        words=tell_candidate(teller, candidate, len(field.candidates), test, findings),
    )


def _explain_other(question: Question, proposals: Proposals, field: Field, key: str) -> Explanation:
    scene, row = question.scene, field.snps.index[key]
    rank = rank_in_model(scene.model, question.queries, key) if scene.model is not None else None
    is_known = key in {hit.key for hit in scene.hits}
    paths = () if is_known else _read_paths_of(question, field, key, rank)
    blank = _blank(question, field, key, paths, rank)
    in_gwas = _read_trait_edge(scene, field, row)
    proposal = next((proposal for proposal in proposals.ranked if proposal.key == key), None)
    reasons = find_reasons(question, proposals, field, key, rank)
    predicted = blank.predicted
    if proposal is not None:
        predicted = replace(predicted, score=proposal.score, query_snp=proposal.query_snp)
    teller = _teller(question, field, key, paths)
    return replace(
        blank,
        verdict="known" if is_known else "no candidate",
        measured=replace(blank.measured, in_gwas=in_gwas),
        predicted=predicted,
        reasons=reasons,
        words=tell_other(teller, key, reasons, paths, in_gwas),
    )


def _blank(
    question: Question, field: Field, key: str, paths: tuple[EvidencePath, ...], rank: NeighbourRank | None
) -> Explanation:
    """What is the same for candidates and others; walks go from the measured paths to the predictions."""
    scene, snps, row = question.scene, field.snps, field.snps.index[key]
    numbered = enumerate(paths, start=1)
    walks = tuple(Walk(number, path.walk_weight) for number, path in numbered if path.walk_weight is not None)
    is_placed = bool(snps.is_placed[row])
    predicted = Predicted(
        method=scene.options.method,
        run_id=scene.run_id,
        score=None,
        query_snp=None,
        rank=None,
        n_candidates=len(field.candidates),
        neighbour_rank=rank.rank if rank else None,
        neighbour_of=rank.query_snp if rank else None,
        walks=walks,
    )
    return Explanation(
        trait=scene.trait,
        release=scene.release.number,
        key=key,
        rsids=snps.rsids[row],
        chromosome=CHROMOSOME_NAMES[int(snps.chromosome[row])] if is_placed else None,
        position_bp=int(snps.position_bp[row]) if is_placed else None,
        block=snps.block[row] or None,
        verdict="no candidate",
        measured=Measured(None, tuple(replace(path, walk_weight=None) for path in paths)),
        predicted=predicted,
        family_wise_test=None,
        family_wise=None,
        false_discovery=None,
        guarantees=DIFFERENT_GUARANTEES,
        reasons=(),
        words=(),
    )


def _read_paths_of(question: Question, field: Field, key: str, rank: NeighbourRank | None) -> tuple[EvidencePath, ...]:
    """Measured paths to a SNP that is no candidate."""
    scene = question.scene
    blank = Findings(
        trait_id=scene.trait.trait_id,
        options=scene.options,
        snps=field.snps,
        linkage=field.linkage,
        candidates=field.candidates,
        proposals=(),
        is_assessed=np.zeros(len(field.snps.keys), dtype=np.bool_),
        hits={hit.key: hit for hit in scene.hits if hit.key in set(question.queries)},
        model=scene.model,
        study=None,
        statistics=None,
        outcome=None,
    )
    ends = PathEnds({key: rank.query_snp if rank else ""}, blank.hits, {}, scene.options.max_paths)
    return read_paths(scene.store, blank, ends, scene.load_ids).get(key, ())


def _read_trait_edge(scene: Scene, field: Field, row: int) -> TraitEdge | None:
    """What the GWAS says of a SNP that is no candidate of it."""
    study = field.test_study
    if study is None or field.is_present is None or not field.is_present[row]:
        return None
    statistics = read_statistics(study, scene.trait.trait_id, field.snps, np.array([row], dtype=np.int64))
    strength, z_score = float(statistics.neg_log10_p[row]), float(statistics.z_score[row])
    z = None if np.isnan(z_score) else z_score
    return TraitEdge(field.snps.keys[row], study.study_id, z, strength, render_p_value(strength))


def _teller(question: Question, field: Field, key: str, paths: tuple[EvidencePath, ...]) -> Teller:
    """Names of every SNP that the words may mention."""
    scene, snps = question.scene, field.snps
    edges = [edge for path in paths for edge in (path.query_edge, *path.bridge_edges, path.candidate_edge)]
    missing = {edge.snp for edge in edges} - set(snps.keys)
    more = read_snps(scene.store, missing, load_ids=scene.load_ids, build=scene.build) if missing else None
    names = {name: rsids[0] for name, rsids in zip(snps.keys, snps.rsids, strict=True) if rsids}
    if more is not None:
        names |= {name: rsids[0] for name, rsids in zip(more.keys, more.rsids, strict=True) if rsids}
    trait = scene.trait
    return Teller(key, names, trait.name or trait.trait_id, trait.trait_id, scene.options, scene.run_id)
