"""The search for candidate loci from beginning to end: query, neighbours, exclusion, test, evidence."""

from dataclasses import dataclass, replace

import numpy as np

from models.association import render_p_value
from services.graph.store import Store
from services.search import caveats
from services.search.error_rates import FalseDiscoveryTest
from services.search.exclusion import is_novelty_assessed
from services.search.field import Field, fix_candidates
from services.search.gwas import Statistics, read_statistics
from services.search.listing import Findings, list_candidates, list_loci
from services.search.neighbours import EmbeddingModel, Proposals, score_loci
from services.search.options import CandidateOptions
from services.search.query_snps import choose_query_snps
from services.search.report import CandidateReport
from services.search.scene import Scene, set_scene
from services.search.snp_table import SnpTable, read_snps
from services.search.testing import expect_by_chance, judge_candidates
from services.search.traits import Trait, require_trait
from services.search.weighted import Scored, WeightedOutcome, family_wise_test, weigh_candidates
from services.settings import Settings


@dataclass(frozen=True)
class Question:
    """What is asked before anything is proposed: the known SNPs, and those of them that ask.

    Attributes
    ----------
    scene
        Release, studies, model.
    known
        The known SNPs of the trait.
    queries
        Keys of the clumped ones that ask, strongest first.
    """

    scene: Scene
    known: SnpTable
    queries: tuple[str, ...]


def find_candidates(
    store: Store,
    settings: Settings,
    trait: Trait | str,
    *,
    options: CandidateOptions | None = None,
    model: EmbeddingModel | None = None,
) -> CandidateReport:
    """Find loci that act on the same molecules as the known loci of a trait, and test them in its GWAS.

    Known SNPs of the trait (p < ``p_threshold``) that have molecular associations are clumped: the query. The
    candidates are the union of their nearest SNPs, without everything within ``window_bp`` of a known SNP or
    correlated with one. They are fixed by what a complete GWAS of the trait holds, before any p-value is read, and
    tested at ``alpha`` over their number; survivors are clumped to loci. Where only truncated GWAS know the trait the
    candidates are listed without p. The same number of random candidates, matched by degree, allele frequency and LD
    score, stands beside the result.

    Parameters
    ----------
    store, settings
        The graph, and the state folder with the full summary statistics and model runs.
    trait
        A resolved trait, or a text that names exactly one.
    options
        Every choice; see ``CandidateOptions``.
    model
        The fitted model; read from the current release when left out and the method needs one.

    Raises
    ------
    TraitNotResolved
        When a text names no trait, or several.
    SummaryStatisticsError
        When the full table of a study is missing.
    ArtefactError
        When the files of the release's model are missing or changed.
    StoreUnavailable
        In an outage.

    References
    ----------
    Ng-Kee-Kwong & Bretherick 2025, doi:10.1371/journal.pone.0324183; each choice its abstract leaves open is an option.
    """
    chosen = options or CandidateOptions()
    found = require_trait(store, trait) if isinstance(trait, str) else trait
    scene = set_scene(store, settings, found, chosen, model)
    blank = CandidateReport(
        found, chosen, "no_model", scene.release.number, scene.run_id, studies=scene.list_studies(None)
    )
    return blank if scene.is_modelless else _search(ask(scene), blank)


def ask(scene: Scene) -> Question:
    """Choose the query SNPs."""
    known = read_snps(scene.store, [hit.key for hit in scene.hits], load_ids=scene.load_ids, build=scene.build)
    return Question(scene, known, choose_query_snps(scene.hits, known, scene.linkage(known)))


def run_tests(question: Question, proposals: Proposals, field: Field) -> Findings:
    """Read the p-values of the fixed candidates, where a GWAS has them, and test at both error rates."""
    scene, options = question.scene, question.scene.options
    findings = Findings(
        trait_id=scene.trait.trait_id,
        options=options,
        snps=field.snps,
        linkage=field.linkage,
        candidates=field.candidates,
        proposals=proposals.ranked,
        is_assessed=is_novelty_assessed(field.snps, field.unplaced),
        hits={hit.key: hit for hit in scene.hits if hit.key in set(question.queries)},
        model=scene.model,
        study=field.test_study,
        statistics=None,
        outcome=None,
    )
    if field.test_study is None:
        return findings
    rows = field.pool if options.n_null_sets else field.candidates
    statistics = read_statistics(field.test_study, scene.trait.trait_id, field.snps, rows)
    outcome = judge_candidates(statistics.neg_log10_p, field.candidates, field.linkage, options.alpha)
    weighted = _weigh(question, proposals, field, statistics)
    return replace(findings, statistics=statistics, outcome=outcome, weighted=weighted)


def _search(question: Question, blank: CandidateReport) -> CandidateReport:
    scene = question.scene
    proposals = scene.propose(question.queries)
    has_blocks = bool(np.any(question.known.block != ""))
    warnings = [
        *caveats.warn_of_linkage(scene.panels, scene.panel, scene.studies, has_blocks=has_blocks),
        *caveats.warn_of_cohorts(scene.store, scene.studies, scene.load_ids),
        *caveats.warn_of_thresholds(scene.studies, scene.options),
    ]
    blank = replace(
        blank,
        status="no_query_snps",
        n_known_snps=len(scene.hits),
        query_snps=question.queries,
        n_proposed=len(proposals.ranked),
        warnings=tuple(warnings),
    )
    if not proposals.n_queries:
        return blank
    field = fix_candidates(scene, proposals)
    warnings += caveats.warn_of_places(field.unplaced) + caveats.warn_of_choice(scene.studies, field.test_study)
    findings = run_tests(question, proposals, field)
    warnings += caveats.warn_of_checks(_false_discovery(findings))
    return replace(_report(scene, blank, field, findings), warnings=tuple(warnings))


def _weigh(question: Question, proposals: Proposals, field: Field, statistics: Statistics) -> WeightedOutcome:
    """Test at a false discovery rate, weighted by the scores that proposed the candidates."""
    scene, snps = question.scene, field.snps
    score_of = {proposal.key: proposal.score for proposal in proposals.ranked}
    score = np.array([score_of[snps.keys[row]] for row in field.candidates], dtype=np.float64)
    by = "the walk over shared molecules" if scene.model is None else f"model run {scene.run_id}"
    candidates = Scored(field.candidates, score, f"candidates, by their score of {by}")
    others = None
    rest = np.setdiff1d(field.pool, field.candidates)
    if scene.model is not None and scene.options.n_null_sets and rest.size:
        locus_score = score_loci(scene.model, question.queries, [snps.keys[row] for row in rest])
        is_scored = np.isfinite(locus_score)
        name = f"SNPs of this GWAS that are no candidates, by their locus's score of {by}"
        others = Scored(rest[is_scored], locus_score[is_scored], name)
    rate = scene.options.false_discovery_rate
    return weigh_candidates(statistics.neg_log10_p, candidates, others, field.linkage, rate)


def _report(scene: Scene, blank: CandidateReport, field: Field, findings: Findings) -> CandidateReport:
    """Write down what was found, with what chance would have given."""
    options, outcome, statistics = scene.options, findings.outcome, findings.statistics
    loci = list_loci(scene.store, findings, scene.load_ids)
    report = replace(
        blank,
        status="untestable",
        studies=scene.list_studies(field.test_study),
        n_candidates=len(field.candidates),
        candidates=list_candidates(scene.store, findings, scene.load_ids),
        novel_loci=tuple(locus for locus in loci if locus.novelty == "novel"),
        unassessed_loci=tuple(locus for locus in loci if locus.novelty != "novel"),
        excluded=field.excluded,
    )
    if outcome is None or statistics is None:
        return report
    null = None
    if options.n_null_sets:
        null = expect_by_chance(statistics.neg_log10_p, field.candidates, field.pool, field.linkage, options)
    return replace(
        report,
        status="tested",
        threshold=outcome.threshold,
        p_threshold=render_p_value(outcome.threshold),
        n_significant=len(outcome.survivors),
        family_wise=family_wise_test(outcome, options.alpha, len(field.candidates)),
        false_discovery=_false_discovery(findings),
        null=null,
    )


def _false_discovery(findings: Findings) -> FalseDiscoveryTest | None:
    return None if findings.weighted is None else findings.weighted.test
