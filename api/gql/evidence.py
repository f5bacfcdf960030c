"""GraphQL types of the edges: what was measured, and apart from it what a model predicts."""

# mypy: disable-error-code="untyped-decorator, no-any-return"
# strawberry.field types its decorated form as Any, and a DataLoader gives whatever the node's kind builds.

from typing import TYPE_CHECKING, Annotated, TypeVar

import strawberry
from strawberry.scalars import JSON

from api.gql.batches import Row
from api.gql.building import build_object
from api.gql.context import Info
from api.gql.prediction_evidence import PATHS_AT_MOST, PATHS_SHOWN, PredictionEvidence, read_evidence
from api.gql.provenance import ModelRun, Study, read_json
from api.p_values import render_p_value

if TYPE_CHECKING:
    from api.gql.molecules import CpG, Gene
    from api.gql.traits import Trait
    from api.gql.variants import Snp

QUERY_SNPS_SHOWN = 50

LazySnp = Annotated["Snp", strawberry.lazy("api.gql.variants")]
LazyCpG = Annotated["CpG", strawberry.lazy("api.gql.molecules")]
LazyGene = Annotated["Gene", strawberry.lazy("api.gql.molecules")]
LazyTrait = Annotated["Trait", strawberry.lazy("api.gql.traits")]


@strawberry.interface(description="A row of summary statistics about a SNP. The sign refers to effectAllele.")
class Evidence:
    """What every measured SNP edge says."""

    source: strawberry.Private[str]
    target: strawberry.Private[str]
    edge_key: strawberry.Private[str]
    study_id: strawberry.Private[str]
    reported_variant: str = strawberry.field(description="The variant as the study's row names it.")
    model: str = strawberry.field(description="Statistical model of the row.")
    effect_allele: str | None = strawberry.field(description="As reported; effectSize and zScore refer to it.")
    other_allele: str | None
    effect_size: float | None = strawberry.field(description="In the study's unit, for one more effect allele.")
    standard_error: float | None
    z_score: float | None = strawberry.field(description="Null where the sign is not known.")
    neg_log10_p: float = strawberry.field(name="negLog10P", description="Minus log10 of the p-value.")
    n_samples: int | None
    effect_allele_frequency: float | None
    aligned_effect_size: float | None = strawberry.field(
        description="Effect of the SNP's first allele; null where strand or sign is unknown."
    )
    aligned_z_score: float | None
    is_strand_ambiguous: bool | None = strawberry.field(description="True for A/T and C/G pairs.")
    flags: list[str] = strawberry.field(description="What was noticed about the row.")
    knowledge_level: str = strawberry.field(description="statistical_association for everything measured.")
    other_models: JSON | None = strawberry.field(description="Further models in the same row.")

    @strawberry.field(description="Identity of the row: load, target, reported variant and model.")
    def id(self) -> strawberry.ID:
        """Edge key."""
        return strawberry.ID(self.edge_key)

    @strawberry.field(description='Exact text such as "3.2E-412"; "<1E-323" where only a bound is known.')
    def p_value(self) -> str:
        """The p-value as text, which cannot underflow."""
        return render_p_value(self.neg_log10_p, is_bound="p_lower_bound" in self.flags)

    @strawberry.field(description="The study that measured it.")
    async def study(self, info: Info) -> Study | None:
        """Study, through its DataLoader."""
        return await info.context.load_node("Study", self.study_id)

    @strawberry.field(description="The SNP.")
    async def snp(self, info: Info) -> LazySnp | None:
        """SNP, through its DataLoader."""
        return await info.context.load_node("SNP", self.source)


@strawberry.type(description="Measured: the SNP is associated with methylation at the CpG.")
class Mqtl(Evidence):
    """An MQTL edge."""

    cis_trans: str | None = strawberry.field(description="cis, trans, or null where a place is unknown.")
    cis_trans_source: str | None = strawberry.field(description="Said by the file, or computed from the places.")

    @strawberry.field(description="The CpG.")
    async def cpg(self, info: Info) -> LazyCpG | None:
        """CpG, through its DataLoader."""
        return await info.context.load_node("CpG", self.target)


@strawberry.type(description="Measured: the SNP is associated with expression of the gene.")
class Eqtl(Evidence):
    """An EQTL edge."""

    cis_trans: str | None = strawberry.field(description="cis, trans, or null where a place is unknown.")
    cis_trans_source: str | None = strawberry.field(description="Said by the file, or computed from the places.")

    @strawberry.field(description="The gene.")
    async def gene(self, info: Info) -> LazyGene | None:
        """Gene, through its DataLoader."""
        return await info.context.load_node("Gene", self.target)


@strawberry.type(description="Measured: the SNP is associated with the trait in a GWAS.")
class Association(Evidence):
    """An ASSOCIATED_WITH edge."""

    reported_trait: str | None = strawberry.field(description="The trait in the study's own words.")
    n_cases: int | None
    n_controls: int | None
    unit: str | None
    odds_ratio: float | None
    pubmed_id: str | None
    publication_date: str | None
    mapped_genes: list[str] = strawberry.field(description="Gene symbols that the source maps the variant to.")

    @strawberry.field(description="The trait.")
    async def trait(self, info: Info) -> LazyTrait | None:
        """Trait, through its DataLoader."""
        return await info.context.load_node("Trait", self.target)


@strawberry.type(description="Measured: methylation at the CpG goes with expression of the gene.")
class Eqtm:
    """An EQTM edge."""

    source: strawberry.Private[str]
    target: strawberry.Private[str]
    edge_key: strawberry.Private[str]
    study_id: strawberry.Private[str]
    model: str
    z_score: float | None = strawberry.field(description="Null where the sign is not known.")
    abs_z_score: float | None
    neg_log10_p: float = strawberry.field(name="negLog10P", description="Minus log10 of the p-value.")
    n_samples: int | None
    flags: list[str]
    knowledge_level: str

    @strawberry.field(description="Identity of the row: load, CpG, gene and model.")
    def id(self) -> strawberry.ID:
        """Edge key."""
        return strawberry.ID(self.edge_key)

    @strawberry.field(description='Exact text such as "3.2E-412".')
    def p_value(self) -> str:
        """The p-value as text, which cannot underflow."""
        return render_p_value(self.neg_log10_p, is_bound="p_lower_bound" in self.flags)

    @strawberry.field(description="The study that measured it.")
    async def study(self, info: Info) -> Study | None:
        """Study, through its DataLoader."""
        return await info.context.load_node("Study", self.study_id)

    @strawberry.field(description="The CpG.")
    async def cpg(self, info: Info) -> LazyCpG | None:
        """CpG, through its DataLoader."""
        return await info.context.load_node("CpG", self.source)

    @strawberry.field(description="The gene.")
    async def gene(self, info: Info) -> LazyGene | None:
        """Gene, through its DataLoader."""
        return await info.context.load_node("Gene", self.target)


PredictedTarget = Annotated[
    LazyTrait | LazyCpG | LazyGene, strawberry.union("PredictedTarget", description="What a prediction is about.")
]


@strawberry.type(description="Predicted by a model, not measured: the SNP's locus ranks high for the target.")
class PredictedAssociation:
    """A PREDICTED_ASSOCIATION edge."""

    source: strawberry.Private[str]
    target_id: strawberry.Private[str]
    target_kind: strawberry.Private[str]
    edge_key: strawberry.Private[str]
    run_id: str = strawberry.field(description="The run that predicted it.")
    method: str | None = strawberry.field(description="PinSage or hybrid: the run's method.")
    query_keys: strawberry.Private[list[str]]
    probability: float | None = strawberry.field(
        description="Calibrated on held-out pairs of a locus and a molecule: the chance that the pair is one of the "
        "tenth of known pairs that was hidden. Null for traits, whose loci are never hidden."
    )
    null_percentile: float | None = strawberry.field(
        description="Where the score stands among those of the best loci on a graph with the same degrees and no other "
        "structure, 0 to 100: 50 is what chance gives. Null where no null was made."
    )
    rank: int = strawberry.field(description="Rank of the locus among all loci for this target; 1 is best.")
    score: float = strawberry.field(description="Raw score; comparable within one target of one run only.")
    block_id: str | None = strawberry.field(description="LD block of the SNP.")
    knowledge_level: str = strawberry.field(description="Always: prediction.")

    @strawberry.field(description="Identity of the edge: run, SNP and target.")
    def id(self) -> strawberry.ID:
        """Edge key."""
        return strawberry.ID(self.edge_key)

    @strawberry.field(description="The run that predicted it, with its evaluation and calibration.")
    async def model_run(self, info: Info) -> ModelRun | None:
        """Run, through its DataLoader."""
        return await info.context.load_node("ModelRun", self.run_id)

    @strawberry.field(description="The SNP.")
    async def snp(self, info: Info) -> LazySnp | None:
        """SNP, through its DataLoader."""
        return await info.context.load_node("SNP", self.source)

    @strawberry.field(description="What the prediction is about.")
    async def target(self, info: Info) -> PredictedTarget | None:
        """Trait, CpG or gene, through its DataLoader."""
        return await info.context.load_node(self.target_kind, self.target_id)

    @strawberry.field(description="The SNPs that led there: the explanation of the prediction, at most 50 of them.")
    async def query_snps(self, info: Info) -> list[LazySnp]:
        """Query SNPs, through their DataLoader."""
        found = await info.context.load_nodes("SNP", self.query_keys[:QUERY_SNPS_SHOWN])
        return [snp for snp in found if snp is not None]

    @strawberry.field(description="The walks that led there, the most probable first, computed when asked for.")
    async def evidence(
        self,
        info: Info,
        first: Annotated[int, strawberry.argument(description=f"Paths, at most {PATHS_AT_MOST}.")] = PATHS_SHOWN,
    ) -> list[PredictionEvidence]:
        """Evidence paths, of the run's own model."""
        return await read_evidence(info, self.run_id, self.source, self.query_keys, first=first)


EvidenceT = TypeVar("EvidenceT", bound=Evidence)


def build_mqtl(row: Row) -> Mqtl:
    """An mQTL of a row with ``edge``, ``source`` and ``target``."""
    return _build_evidence(Mqtl, row)


def build_eqtl(row: Row) -> Eqtl:
    """An eQTL of a row with ``edge``, ``source`` and ``target``."""
    return _build_evidence(Eqtl, row)


def build_association(row: Row) -> Association:
    """A GWAS association of a row with ``edge``, ``source`` and ``target``."""
    return _build_evidence(Association, row)


def build_eqtm(row: Row) -> Eqtm:
    """An eQTM of a row with ``edge``, ``source`` and ``target``."""
    return build_object(Eqtm, row["edge"], source=row["source"], target=row["target"])


def build_prediction(row: Row) -> PredictedAssociation:
    """A predicted association of a row with ``edge``, ``source``, ``target`` and ``target_kind``."""
    return build_object(
        PredictedAssociation,
        row["edge"],
        source=row["source"],
        target_id=row["target"],
        target_kind=row["target_kind"],
        query_keys=row["edge"].get("query_snps") or [],
    )


def _build_evidence(kind: type[EvidenceT], row: Row) -> EvidenceT:
    edge = row["edge"]
    return build_object(
        kind, edge, source=row["source"], target=row["target"], other_models=read_json(edge.get("other_models"))
    )
