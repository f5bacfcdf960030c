"""What every step of one search needs: the release, its studies, the known SNPs, LD, the model."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log10

from services.graph.store import Store
from services.releases import Release, current_release
from services.search.gwas import GwasStudy, read_gwas_studies
from services.search.ld_pairs import PairSource, find_pair_source
from services.search.ld_panel import LdPanel, choose_panel, read_panels
from services.search.linkage import Linkage
from services.search.neighbours import EmbeddingModel, Proposals, nearest_in_model, nearest_over_molecules
from services.search.options import CandidateOptions
from services.search.query_snps import KnownHit, read_known_hits
from services.search.report import StudyUsed
from services.search.snp_table import SnpTable
from services.search.traits import Trait
from services.settings import Settings


@dataclass(frozen=True)
class Scene:
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

    @property
    def is_modelless(self) -> bool:
        """Whether the method needs a model and there is none."""
        return self.options.method == "pinsage" and self.model is None

    @property
    def run_id(self) -> str | None:
        """The model run that proposes, where one does."""
        return None if self.model is None else str(self.model.description.run_id)

    def linkage(self, snps: SnpTable) -> Linkage:
        """Linkage of a table of SNPs."""
        limit, window = self.options.r_squared, self.options.window_bp
        return Linkage(snps, r_squared=limit, window_bp=window, panel=self.panel, build=self.build, pairs=self.pairs)

    def propose(self, queries: Sequence[str], *, k: int | None = None) -> Proposals:
        """Candidates by the method asked for, `k` of each query SNP in place of the option where it is given."""
        wanted = self.options.k if k is None else k
        if not queries:
            return Proposals((), 0)
        if self.model is not None:
            return nearest_in_model(self.model, queries, wanted, self.options.max_per_block)
        return nearest_over_molecules(
            self.store,
            queries,
            wanted,
            load_ids=self.load_ids,
            build=self.build,
            window_bp=self.options.window_bp,
        )

    def list_studies(self, tested: GwasStudy | None) -> tuple[StudyUsed, ...]:
        """The GWAS that know the trait, as records."""
        return tuple(
            StudyUsed(
                study_id=study.study_id,
                statistics="complete" if study.is_complete else "truncated",
                ancestry=study.ancestry,
                n_associations=study.n_associations,
                is_tested_on=study is tested,
            )
            for study in self.studies
        )


def set_scene(
    store: Store, settings: Settings, trait: Trait, options: CandidateOptions, model: EmbeddingModel | None
) -> Scene:
    """Read everything; the current release's model where the method needs one and none is given."""
    release = current_release(store)
    studies = read_gwas_studies(store, settings, trait.trait_id, release.load_ids)
    panels = read_panels(store, settings, release.load_ids)
    panel = choose_panel(panels, [study.ancestry for study in studies])
    scene = Scene(
        store=store,
        options=options,
        trait=trait,
        release=release,
        build=store.read("setup/read_schema_version")[0]["reference_build"],
        studies=studies,
        hits=read_known_hits(store, trait.trait_id, neg_log10_p=-log10(options.p_threshold), load_ids=release.load_ids),
        panels=panels,
        panel=panel,
        pairs=find_pair_source(store, settings, release, panel, r_squared=options.r_squared),
    )
    if options.method != "pinsage":
        return scene
    return replace(scene, model=model or _read_model(settings, release.champion_run_id))


def _read_model(settings: Settings, run_id: str | None) -> EmbeddingModel | None:
    """The champion's model, None where nothing was trained yet; torch is loaded only here."""
    from services.kept_models import keep_model

    return keep_model(settings, run_id) if run_id else None
