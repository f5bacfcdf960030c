"""All predictions of one fitted model: of molecules, then of traits."""

import logging

import polars as pl

from models.pinsage.predictors import Predictor
from models.pinsage.trust import Trust
from services.graph.store import Store
from services.settings import Settings
from services.snapshot import Snapshot
from services.write_back.loci import LociOfSnapshot
from services.write_back.prediction import PredictedEdge
from services.write_back.targets import (
    molecules_to_predict,
    predict_molecules,
    predict_traits,
    read_trait_queries,
    read_trait_snps,
)

logger = logging.getLogger(__name__)


def predict_everything(
    store: Store, settings: Settings, snapshot: Snapshot, fitted: Predictor, trust: Trust
) -> list[PredictedEdge]:
    """The best new loci of every target; fewer a target where all of them would pass the limit of edges."""
    loci = LociOfSnapshot(snapshot, len(fitted.block_vectors), fitted.is_embedded)
    queries = read_trait_queries(store, loci, settings, snapshot.load_ids)
    n_targets = len(molecules_to_predict(loci, settings)) + len(queries)
    k = max(1, min(settings.prediction_top_loci, settings.prediction_edge_limit // max(n_targets, 1)))
    logger.info("predicting the best %d loci of %d targets", k, n_targets)
    return [
        *predict_molecules(fitted, loci, settings, k=k, trust=trust),
        *predict_traits(fitted, loci, queries, settings, k=k, trust=trust),
    ]


def snps_that_ask(store: Store, settings: Settings, snapshot: Snapshot) -> list[int]:
    """Numbers of the snapshot's SNPs that are significant for a trait, the strongest first: searches ask them."""
    strongest = read_trait_snps(store, settings, snapshot.load_ids).group_by("snp").agg(pl.col("neg_log10_p").max())
    number = {str(key): at for at, key in enumerate(snapshot.snp_keys)}
    ordered = strongest.sort("neg_log10_p", "snp", descending=[True, False])["snp"]
    return [number[key] for key in ordered if key in number]
