"""What is known of a training before its models are fitted: ranks of held-out pairs, probabilities, a null."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from models.pinsage.bipartite import lead_pairs
from models.pinsage.errors import CalibrationError
from models.pinsage.evaluation import Trial, run_trial
from models.pinsage.null_graph import rewire_pairs
from models.pinsage.pair_calibration import calibrate_pairs
from models.pinsage.pair_scores import best_shares, sample_pairs, some_molecules
from models.pinsage.predictors import METHODS, Predictor, fit_predictors
from models.pinsage.settings import PinSageSettings
from models.pinsage.training import Progress
from models.pinsage.trust import null_quantiles
from services.graph.store import Store
from services.runs import ModelRun
from services.settings import Settings
from services.snapshot import Snapshot
from services.training.choice import choose
from services.write_back.loci import LociOfSnapshot
from services.write_back.targets import TraitQuery, best_trait_shares, read_trait_queries

NO_TRAITS = (
    "A trait's loci are no part of what the model learns from, so that none of them is held out: its predictions have "
    "a rank and a null percentile, and no probability."
)


def judge_training(
    snapshot: Snapshot,
    model: PinSageSettings,
    settings: Settings,
    champion: ModelRun | None,
    *,
    seed: int,
    on_progress: Progress,
) -> dict[str, Any]:
    """Evaluate every method on held-out pairs, calibrate it on them, and compare with the champion.

    Parameters
    ----------
    snapshot, model, seed
        What the models are fitted to, and how.
    settings
        What is predicted, and the margin of the champion.
    champion
        The run that is champion now.

    Returns
    -------
    dict
        JSON values: ``evaluation``, ``calibration`` of each method, ``choice``.
    """
    trial = run_trial(snapshot.graph, model, seed=seed, on_progress=on_progress)
    return {
        "evaluation": asdict(trial.evaluation),
        "calibration": {method: _calibrate(trial, method, settings, seed=seed) for method in METHODS},
        "choice": choose(trial, champion, model, margin=settings.champion_margin, seed=seed).to_dict(),
    }


def _calibrate(trial: Trial, method: str, settings: Settings, *, seed: int) -> dict[str, Any]:
    graph, top = trial.training_graph, settings.prediction_top_loci
    sample = sample_pairs(
        trial.predictors[method].score_molecule_blocks,
        graph,
        trial.held_out,
        minimum_known=settings.prediction_minimum_known_loci,
        top=top,
        seed=seed,
    )
    try:
        fitted, report = calibrate_pairs(sample, top=top, seed=seed)
    except CalibrationError as error:
        return {"fitted": None, "report": None, "reason": str(error), "traits": NO_TRAITS}
    return {"fitted": fitted.to_dict(), "report": report.to_dict(), "reason": None, "traits": NO_TRAITS}


def null_of_training(
    store: Store,
    snapshot: Snapshot,
    model: PinSageSettings,
    settings: Settings,
    *,
    seed: int,
    on_progress: Progress,
) -> dict[str, Any]:
    """Fit every method once to a degree-preserving null of the snapshot, and keep how its best loci score.

    Returns
    -------
    dict
        JSON values: for each method, quantiles of the shares of what would be predicted for molecules and for traits.
    """
    graph = rewire_pairs(snapshot.graph, seed=seed)
    predictors = fit_predictors(graph, model, seed=seed, on_progress=on_progress)
    pairs, top = lead_pairs(graph), settings.prediction_top_loci
    n_known = np.bincount(pairs.molecule, minlength=graph.n_molecules)
    enough = np.flatnonzero(n_known >= settings.prediction_minimum_known_loci).astype(np.int32)
    molecules = some_molecules(enough, np.random.default_rng([seed, 31]))
    found: dict[str, Any] = {}
    for method, predictor in predictors.items():
        shares = best_shares(predictor.score_molecule_blocks, pairs, molecules, n_blocks=graph.n_blocks, top=top)
        loci = LociOfSnapshot(snapshot, predictor.n_blocks, predictor.is_embedded)
        of_traits = _trait_shares(predictor, loci, read_trait_queries(store, loci, settings, snapshot.load_ids), top)
        found[method] = {
            "null_molecules": null_quantiles(shares).tolist(),
            "null_traits": null_quantiles(of_traits).tolist(),
        }
    return found


def _trait_shares(
    predictor: Predictor, loci: LociOfSnapshot, queries: Sequence[TraitQuery], top: int
) -> np.ndarray[Any, np.dtype[np.float64]]:
    found = [best_trait_shares(predictor, loci, query, top) for query in queries]
    return np.concatenate(found) if found else np.zeros(0)


def trust_of(method: str, calibration: Mapping[str, Any], null: Mapping[str, Any]) -> dict[str, Any]:
    """What ``Trust.from_dict`` reads of a method: its map and its null."""
    return {"calibration": calibration[method]["fitted"], **null[method]}
