"""QTL of real expression: the GEUVADIS people whose genotypes are at hand, mapped and brought into the graph."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from services.graph.store import Store
from services.mixed_models import AttachedQtl, PeopleRequest, QtlReport, QtlRequest, attach_qtl, map_qtl
from services.mixed_models.qtl_files import RUN
from services.pipeline.stages import Progress
from services.settings import Settings

STUDY: Final = "geuvadis-ceu-chr19"
TISSUE: Final = "lymphoblastoid cell line"
P_THRESHOLD: Final = 1e-6
"""Of the edges: 84 people are few, so suggestive pairs are shown; training keeps to its own, stricter bar."""
N_COMPONENTS: Final = 15
"""What GTEx takes for fewer than 150 people (doi:10.1038/nature24277)."""

_COUNTS = "open/expr/geuvadis_ceu91_chr19_transcript_counts.parquet"
_ANCESTRY = "open/expr/geuvadis_eur373_covariates.parquet"
_GENOTYPES = "open/geno/g1000_eur_22windows.bed"
_GENES = "open/annot/genes_grch37.parquet"


@dataclass(frozen=True, slots=True)
class RealExpression:
    """A map of expression, and the study that it became.

    Attributes
    ----------
    mapped
        The map.
    attached
        The study.
    """

    mapped: QtlReport
    attached: AttachedQtl


def map_expression(
    store: Store, settings: Settings, manifest: Path, on_progress: Progress | None = None
) -> RealExpression | None:
    """Map the expression of genes on chromosome 19 and load the pairs as a study of eQTL.

    Transcripts are summed to genes, scaled to each person's sum, kept where half of the people have any, made normal;
    ancestry and components of expression are covariates.

    Parameters
    ----------
    store, settings
        The graph and the state folder.
    manifest
        The data are looked for beside it.
    on_progress
        Called with (done, total, text).

    Returns
    -------
    RealExpression or None
        None where the data are not there.
    """
    folder = manifest.resolve().parent
    if not all((folder / name).is_file() for name in (_COUNTS, _ANCESTRY, _GENOTYPES, _GENES)):
        return None
    report = on_progress or (lambda _done, _total, _text: None)
    with tempfile.TemporaryDirectory() as scratch:
        prefix = Path(scratch) / STUDY
        mapped = map_qtl(_request(folder, prefix), on_progress=report)
        attached = attach_qtl(
            store,
            settings,
            prefix.with_name(prefix.name + RUN),
            kind="eqtl",
            build="GRCh37",
            study=STUDY,
            tissue=TISSUE,
            p_threshold=P_THRESHOLD,
            on_progress=on_progress,
        )
    return RealExpression(mapped, attached)


def _request(folder: Path, prefix: Path) -> QtlRequest:
    people = PeopleRequest(
        genotypes=folder / _GENOTYPES,
        phenotypes=folder / _COUNTS,
        traits=(),
        covariates=folder / _ANCESTRY,
        covariate_names=("PC1", "PC2", "PC3"),
    )
    return QtlRequest(
        people=people,
        genes=folder / _GENES,
        sum_by="Gene_Symbol",
        is_scaled=True,
        minimum_expressed=0.5,
        minimum_maf=0.05,
        n_factors=N_COMPONENTS,
        out=prefix,
    )
