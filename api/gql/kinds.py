"""How nodes of each kind are fetched and made into GraphQL objects."""

from collections.abc import Mapping

from api.gql.context import NodeKind
from api.gql.molecules import build_cpg, build_gene
from api.gql.places import build_annotation, build_ld_block
from api.gql.provenance import build_load, build_model_run, build_study
from api.gql.scheduled import build_scheduled_run
from api.gql.traits import build_trait
from api.gql.variants import build_snp

KINDS: Mapping[str, NodeKind] = {
    "SNP": NodeKind("snps", build_snp),
    "CpG": NodeKind("cpgs", build_cpg),
    "Gene": NodeKind("genes", build_gene),
    "Trait": NodeKind("traits", build_trait),
    "Annotation": NodeKind("annotations", build_annotation),
    "LDBlock": NodeKind("ld_blocks", build_ld_block),
    "Study": NodeKind("studies", build_study),
    "Load": NodeKind("loads", build_load),
    "ModelRun": NodeKind("model_runs", build_model_run),
    "ScheduledRun": NodeKind("scheduled_runs", build_scheduled_run),
}
