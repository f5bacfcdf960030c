"""The root of the GraphQL schema."""

# mypy: disable-error-code="untyped-decorator, no-any-return"
# strawberry.field types its decorated form as Any, and a DataLoader gives whatever the node's kind builds.

import asyncio
from typing import Annotated

import strawberry

from api.gql.candidate_search import resolve_candidate_loci
from api.gql.candidates import CandidateLoci
from api.gql.context import Info
from api.gql.evidence import Association, LazyCpG, LazyGene, LazySnp, LazyTrait, PredictedAssociation
from api.gql.facets import FacetedConnection
from api.gql.history import resolve_loads, resolve_release, resolve_releases, resolve_run_history
from api.gql.id_mapping import IdMapping, resolve_map_ids
from api.gql.listings import After, First, keyed, read_page
from api.gql.meta import Meta, SearchHit, build_hit, check_kinds, read_meta
from api.gql.molecules import CpG, Gene
from api.gql.naming import check_text, find_gene, find_node, find_snp, find_trait
from api.gql.pages import DEFAULT_PAGE, Connection, check_page_size
from api.gql.places import Annotation, LdBlock, build_annotation
from api.gql.provenance import Load, ModelRun, Release, Study, build_model_run, build_study
from api.gql.root_lists import (
    Qtl,
    resolve_associations,
    resolve_cpgs,
    resolve_genes,
    resolve_predictions,
    resolve_qtls,
    resolve_snps,
    resolve_traits,
)
from api.gql.scheduled import ScheduledRun, resolve_scheduled_runs
from api.gql.traits import Trait
from api.gql.variants import Snp
from services.search.text_search import KINDS as SEARCHABLE_LABELS

SEARCH_LIMIT = 100

Id = Annotated[strawberry.ID, strawberry.argument(description="In upper or lower case.")]


@strawberry.type(description="Everything readers see of the current release.")
class Query:
    """Root fields; an unknown id gives null and an error with code UNKNOWN_ID and what was perhaps meant."""

    @strawberry.field(description="A SNP by key (GRCh37:10:100153915:A:G) or rsid.")
    async def snp(self, info: Info, id: Id) -> Snp | None:
        """One SNP."""
        return await find_snp(info.context, check_text(id, argument="id"))

    @strawberry.field(description="A CpG by probe id.")
    async def cpg(self, info: Info, id: Id) -> CpG | None:
        """One CpG."""
        return await find_node(info.context, "CpG", check_text(id, argument="id"))

    @strawberry.field(description="A gene by Ensembl id or symbol.")
    async def gene(self, info: Info, id: Id) -> Gene | None:
        """One gene."""
        return await find_gene(info.context, check_text(id, argument="id"))

    @strawberry.field(description="A trait by id or name.")
    async def trait(self, info: Info, id: Id) -> Trait | None:
        """One trait."""
        return await find_trait(info.context, check_text(id, argument="id"))

    @strawberry.field(description="A functional category by id.")
    async def annotation(self, info: Info, id: Id) -> Annotation | None:
        """One category."""
        return await find_node(info.context, "Annotation", check_text(id, argument="id"))

    @strawberry.field(description="An LD block by id.")
    async def ld_block(self, info: Info, id: Id) -> LdBlock | None:
        """One block."""
        return await find_node(info.context, "LDBlock", check_text(id, argument="id"))

    @strawberry.field(description="A study by id.")
    async def study(self, info: Info, id: Id) -> Study | None:
        """One study."""
        return await find_node(info.context, "Study", check_text(id, argument="id"))

    @strawberry.field(description="All studies of the release, by id.")
    async def studies(self, info: Info, first: First = DEFAULT_PAGE, after: After = None) -> Connection[Study]:
        """Studies, a page."""
        listing = keyed("studies_of_release", "study_id")
        return await read_page(info, listing, "current", build_study, first=first, after=after)

    snps: FacetedConnection[LazySnp] | None = strawberry.field(
        resolver=resolve_snps, description="SNPs with evidence in the release, of a region or all."
    )
    cpgs: FacetedConnection[LazyCpG] | None = strawberry.field(
        resolver=resolve_cpgs, description="CpGs, of a region or all."
    )
    genes: FacetedConnection[LazyGene] | None = strawberry.field(
        resolver=resolve_genes, description="Genes that overlap a region, or all; of a biotype or of any."
    )
    traits: Connection[LazyTrait] | None = strawberry.field(resolver=resolve_traits, description="All traits, by id.")
    associations: FacetedConnection[Association] | None = strawberry.field(
        resolver=resolve_associations,
        description="Measured associations of SNPs with traits, whatever their ends; by p they are slow to sort in a "
        "large graph unless a region is given.",
    )
    qtls: FacetedConnection[Qtl] | None = strawberry.field(
        resolver=resolve_qtls,
        description="Measured associations of SNPs with CpGs and genes, whatever their ends; as `associations`.",
    )
    predicted_associations: Connection[PredictedAssociation] | None = strawberry.field(
        resolver=resolve_predictions, description="Predicted, not measured: everything one run wrote, best rank first."
    )

    @strawberry.field(description="All functional categories of the release, by id.")
    async def annotations(
        self, info: Info, first: First = DEFAULT_PAGE, after: After = None
    ) -> Connection[Annotation] | None:
        """Categories, a page."""
        listing = keyed("annotations_of_release", "annotation_id")
        return await read_page(info, listing, "current", build_annotation, first=first, after=after)

    @strawberry.field(description="A load of the release by id.")
    async def load(self, info: Info, id: Id) -> Load | None:
        """One load."""
        return await find_node(info.context, "Load", check_text(id, argument="id"))

    loads: Connection[Load] | None = strawberry.field(
        resolver=resolve_loads, description="The loads of the release with their reports, by id."
    )
    release: Release | None = strawberry.field(resolver=resolve_release, description="A release by number.")
    releases: Connection[Release] | None = strawberry.field(
        resolver=resolve_releases, description="Every release that there was, newest first."
    )
    run_history: Connection[ModelRun] | None = strawberry.field(
        resolver=resolve_run_history,
        description="Every run of a model or an analysis that was begun, also failed and retired ones, newest first.",
    )

    @strawberry.field(description="A line of the scheduler's ledger by its fingerprint.")
    async def scheduled_run(self, info: Info, id: Id) -> ScheduledRun | None:
        """One line."""
        return await find_node(info.context, "ScheduledRun", check_text(id, argument="id"))

    scheduled_runs: Connection[ScheduledRun] | None = strawberry.field(
        resolver=resolve_scheduled_runs,
        description="What the scheduler did by itself, newest first: loads of the inbox, trainings, how each ended.",
    )

    @strawberry.field(description="A model run by id.")
    async def model_run(self, info: Info, id: Id) -> ModelRun | None:
        """One run."""
        return await find_node(info.context, "ModelRun", check_text(id, argument="id"))

    @strawberry.field(
        description="PinSage runs whose predictions may be asked for, by id: the champion and those kept."
    )
    async def model_runs(self, info: Info, first: First = DEFAULT_PAGE, after: After = None) -> Connection[ModelRun]:
        """Model runs, a page."""
        listing = keyed("model_runs_of_release", "run_id")
        return await read_page(info, listing, "current", build_model_run, first=first, after=after)

    @strawberry.field(
        description="Things whose id, name, synonyms or region match: in each kind exact matches first, then "
        "those that begin with the text, then those with its words, then those that differ by a letter or two."
    )
    async def search(
        self,
        info: Info,
        text: str,
        kinds: Annotated[
            list[str] | None, strawberry.argument(description=f"Some of {', '.join(SEARCHABLE_LABELS)}; null: all.")
        ] = None,
        first: Annotated[int, strawberry.argument(description="Hits of each kind, at most 100.")] = 10,
    ) -> list[SearchHit]:
        """Search hits over several kinds."""
        words = check_text(text, argument="text")
        check_page_size(first, SEARCH_LIMIT)
        chosen = check_kinds(kinds)
        release = await info.context.loaded_release()
        hits = await asyncio.to_thread(info.context.desk.search, words, chosen, first, release.load_ids)
        return [build_hit(hit) for hit in hits]

    map_ids: IdMapping | None = strawberry.field(
        resolver=resolve_map_ids,
        description="What each of many ids, names and symbols names, and what was perhaps meant by those that name "
        "nothing.",
    )
    candidate_loci: CandidateLoci | None = strawberry.field(
        resolver=resolve_candidate_loci,
        description="Which other loci act on the same molecules as the trait's known ones, and with what evidence.",
    )

    @strawberry.field(description="Release, counts and versions.")
    def meta(self) -> Meta:
        """The graph as a whole."""
        return read_meta()
