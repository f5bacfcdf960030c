"""The search for candidate loci from beginning to end: query, neighbours, exclusion, test, evidence."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log10

import numpy as np
from numpy.typing import NDArray

from models.association import render_p_value
from services.graph.store import Store
from services.releases import Release, current_release
from services.search import caveats
from services.search.exclusion import Reason, Unplaced, exclude, is_novelty_assessed, place_unplaced_hits
from services.search.gwas import (
    GwasStudy,
    Statistics,
    choose_test_study,
    read_gwas_studies,
    read_names,
    read_statistics,
)
from services.search.ld_pairs import PairSource, find_pair_source
from services.search.ld_panel import LdPanel, choose_panel, read_panels
from services.search.linkage import Linkage
from services.search.listing import Findings, list_candidates, list_loci
from services.search.neighbours import EmbeddingModel, Proposals, nearest_in_model, nearest_over_molecules
from services.search.options import CandidateOptions
from services.search.query_snps import KnownHit, choose_query_snps, read_known_hits
from services.search.report import CandidateReport, StudyUsed
from services.search.snp_table import SnpTable, read_snp_pool, read_snps
from services.search.testing import Outcome, expect_by_chance, judge_candidates
from services.search.traits import Trait, require_trait
from services.settings import Settings

IndexArray = NDArray[np.int64]


@dataclass(frozen=True)
class _Scene:
    """What every step of one search needs."""

    store: Store
    options: CandidateOptions
    trait: Trait
    release: Release
    build: str
    studies: tuple[GwasStudy, ...]
    hits: tuple[KnownHit, ...]
    panels: tuple[LdPanel, ...]
    panel: LdPanel | None
    pairs: PairSource | None
    model: EmbeddingModel | None = None

    @property
    def load_ids(self) -> tuple[str, ...]:
        """Loads that readers see."""
        return self.release.load_ids

    def linkage(self, snps: SnpTable) -> Linkage:
        """Linkage of a table of SNPs."""
        limit, window = self.options.r_squared, self.options.window_bp
        return Linkage(snps, r_squared=limit, window_bp=window, panel=self.panel, build=self.build, pairs=self.pairs)


@dataclass(frozen=True)
class _Field:
    """The candidates among all SNPs that were looked at, before any p-value of theirs is read."""

    snps: SnpTable
    linkage: Linkage
    reason: NDArray[np.int8]
    unplaced: Unplaced
    candidates: IndexArray
    pool: IndexArray
    excluded: dict[str, int]
    test_study: GwasStudy | None


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
    scene = _set_scene(store, settings, found, chosen)
    blank = CandidateReport(found, chosen, "no_model", scene.release.number, None, studies=_list_studies(scene, None))
    if chosen.method == "pinsage":
        model = model or _read_model(store, settings)
        if model is None:
            return blank
        scene = replace(scene, model=model)
        blank = replace(blank, run_id=str(model.description.run_id))
    return _search(scene, blank)


def _search(scene: _Scene, blank: CandidateReport) -> CandidateReport:
    known = read_snps(scene.store, [hit.key for hit in scene.hits], load_ids=scene.load_ids, build=scene.build)
    queries = choose_query_snps(scene.hits, known, scene.linkage(known))
    proposals = _propose(scene, queries)
    has_blocks = bool(np.any(known.block != ""))
    warnings = [
        *caveats.warn_of_linkage(scene.panels, scene.panel, scene.studies, has_blocks=has_blocks),
        *caveats.warn_of_cohorts(scene.store, scene.studies, scene.load_ids),
        *caveats.warn_of_thresholds(scene.studies, scene.options),
    ]
    blank = replace(
        blank,
        status="no_query_snps",
        n_known_snps=len(scene.hits),
        query_snps=queries,
        n_proposed=len(proposals.ranked),
        warnings=tuple(warnings),
    )
    if not proposals.n_queries:
        return blank
    field = _fix_candidates(scene, proposals)
    warnings += caveats.warn_of_places(field.unplaced) + caveats.warn_of_choice(scene.studies, field.test_study)
    return replace(_report(scene, blank, proposals, field), warnings=tuple(warnings))


def _set_scene(store: Store, settings: Settings, trait: Trait, options: CandidateOptions) -> _Scene:
    release = current_release(store)
    studies = read_gwas_studies(store, settings, trait.trait_id, release.load_ids)
    panels = read_panels(store, settings, release.load_ids)
    panel = choose_panel(panels, [study.ancestry for study in studies])
    neg_log10_p = -log10(options.p_threshold)
    return _Scene(
        store=store,
        options=options,
        trait=trait,
        release=release,
        build=store.read("setup/read_schema_version")[0]["reference_build"],
        studies=studies,
        hits=read_known_hits(store, trait.trait_id, neg_log10_p=neg_log10_p, load_ids=release.load_ids),
        panels=panels,
        panel=panel,
        pairs=find_pair_source(store, settings, release, panel, r_squared=options.r_squared),
    )


def _read_model(store: Store, settings: Settings) -> EmbeddingModel | None:
    """The current release's model; torch is loaded only here."""
    from services.registry import read_current_model

    return read_current_model(store, settings)


def _propose(scene: _Scene, queries: Sequence[str]) -> Proposals:
    if not queries:
        return Proposals((), 0)
    if scene.model is not None:
        return nearest_in_model(scene.model, queries, scene.options.k, scene.options.max_per_block)
    return nearest_over_molecules(
        scene.store,
        queries,
        scene.options.k,
        load_ids=scene.load_ids,
        build=scene.build,
        window_bp=scene.options.window_bp,
    )


def _fix_candidates(scene: _Scene, proposals: Proposals) -> _Field:
    """Fix the candidates: exclusions, then presence in a complete GWAS; reads no p-value of theirs."""
    can_test = any(study.is_complete for study in scene.studies)
    hit_keys = [hit.key for hit in scene.hits]
    proposed = [proposal.key for proposal in proposals.ranked]
    snps = _read_field(scene, [*hit_keys, *proposed], has_pool=can_test and scene.options.n_null_sets > 0)
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
    return _Field(snps, linkage, reason, unplaced, candidates, pool, counted, tested[0] if tested else None)


def _read_field(scene: _Scene, keys: Sequence[str], *, has_pool: bool) -> SnpTable:
    """The SNPs to look at: those named, and a pool for random candidates where a test is possible."""
    if not has_pool:
        return read_snps(scene.store, keys, load_ids=scene.load_ids, build=scene.build)
    names = read_names(scene.studies, scene.trait.trait_id)
    return read_snp_pool(scene.store, names, keys, load_ids=scene.load_ids, build=scene.build)


def _report(scene: _Scene, blank: CandidateReport, proposals: Proposals, field: _Field) -> CandidateReport:
    """Test where a GWAS allows it, and list what was found."""
    options = scene.options
    statistics: Statistics | None = None
    outcome: Outcome | None = None
    null = None
    if field.test_study is not None:
        rows = field.pool if options.n_null_sets else field.candidates
        statistics = read_statistics(field.test_study, scene.trait.trait_id, field.snps, rows)
        outcome = judge_candidates(statistics.neg_log10_p, field.candidates, field.linkage, options.alpha)
        if options.n_null_sets:
            null = expect_by_chance(statistics.neg_log10_p, field.candidates, field.pool, field.linkage, options)
    findings = Findings(
        trait_id=scene.trait.trait_id,
        options=options,
        snps=field.snps,
        linkage=field.linkage,
        candidates=field.candidates,
        proposals=proposals.ranked,
        is_assessed=is_novelty_assessed(field.snps, field.unplaced),
        hits={hit.key: hit for hit in scene.hits if hit.key in set(blank.query_snps)},
        model=scene.model,
        study=field.test_study,
        statistics=statistics,
        outcome=outcome,
    )
    loci = list_loci(scene.store, findings, scene.load_ids)
    return replace(
        blank,
        status="untestable" if outcome is None else "tested",
        studies=_list_studies(scene, field.test_study),
        n_candidates=len(field.candidates),
        threshold=None if outcome is None else outcome.threshold,
        p_threshold=None if outcome is None else render_p_value(outcome.threshold),
        n_significant=0 if outcome is None else len(outcome.survivors),
        candidates=list_candidates(scene.store, findings, scene.load_ids),
        novel_loci=tuple(locus for locus in loci if locus.novelty == "novel"),
        unassessed_loci=tuple(locus for locus in loci if locus.novelty != "novel"),
        excluded=field.excluded,
        null=null,
    )


def _list_studies(scene: _Scene, tested: GwasStudy | None) -> tuple[StudyUsed, ...]:
    return tuple(
        StudyUsed(
            study_id=study.study_id,
            statistics="complete" if study.is_complete else "truncated",
            ancestry=study.ancestry,
            n_associations=study.n_associations,
            is_tested_on=study is tested,
        )
        for study in scene.studies
    )
