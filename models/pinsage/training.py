"""Fitting: cross-fitted views, gradient steps with validation and checkpoints, then the vectors of all SNPs."""

import logging
import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from models.pinsage.bipartite import BipartiteGraph, FloatArray, LocusPairs, lead_pairs
from models.pinsage.candidates import evidence_of
from models.pinsage.determinism import deterministic_torch
from models.pinsage.draws import choose_examples, plan_draws
from models.pinsage.embeddings import FitRecord, FittedPinSage, QueryPrior, effective_rank
from models.pinsage.errors import RanksError, TooFewPairsError
from models.pinsage.examples import Batch, Examples, make_batch, make_examples
from models.pinsage.fit_job import FitJob
from models.pinsage.inference import embed_nodes
from models.pinsage.messages import Standardiser, fit_standardiser
from models.pinsage.network import Vectors
from models.pinsage.optimisation import (
    Optimisation,
    batches_of,
    checkpoint_bytes,
    resume_optimisation,
    start_optimisation,
    take_step,
    validate,
)
from models.pinsage.profile import forget_visits
from models.pinsage.ranks import current_ranks, parameter_digest, send_to_ranks
from models.pinsage.settings import PinSageSettings
from models.pinsage.split import assign_folds, hiding_keys
from models.pinsage.views import View, build_view, is_predictable, snp_table

logger = logging.getLogger(__name__)

_CHUNK_SNPS = 16_384
_N_OWN_PROPERTIES = 3

Progress = Callable[[str, int, int], None]
CheckpointSink = Callable[[bytes], None]


@dataclass(frozen=True, eq=False)
class TrainingData:
    """All that gradient steps read: examples of the training views and of the validation view.

    Attributes
    ----------
    full_view, standardiser
        The view that hides nothing, and the scales of its properties.
    training, validation
        Examples that the steps draw, and those that validate.
    n_examples, drawn
        Of each training view: how many examples it has, and which of them, ascending, `training` holds.
    """

    full_view: View
    standardiser: Standardiser
    training: list[Examples]
    validation: Examples
    n_examples: list[int]
    drawn: list[NDArray[np.int64]]


def fit_pinsage(
    graph: BipartiteGraph,
    settings: PinSageSettings,
    *,
    seed: int,
    checkpoint: bytes | None = None,
    on_progress: Progress | None = None,
    on_checkpoint: CheckpointSink | None = None,
) -> FittedPinSage:
    """Fit PinSage to a bipartite graph.

    Parameters
    ----------
    graph
        Everything in it may be learned from: held-out edges must already be gone.
    settings, seed
        With the graph, these decide every number of the result.
    checkpoint
        Bytes from `on_checkpoint` of an interrupted run with the same graph, settings and seed; the result is the same
        as without the interruption.
    on_progress
        Called with (phase, done, total); phases are "views", "steps", "snps".
    on_checkpoint
        Called with the bytes of a checkpoint every `settings.checkpoint_every` steps.

    Returns
    -------
    FittedPinSage

    Raises
    ------
    TooFewPairsError
        When fewer than `settings.minimum_pairs` pairs can be predicted from other loci.
    CheckpointError
        When the checkpoint belongs to another run.
    NotFiniteError
        When the loss or a vector is not finite.
    RanksError
        When called on another rank than 0 of a group of processes, or when their parameters differ at the end.

    Notes
    -----
    Inside a group of processes (`models.pinsage.distributed`) the others train along: the same model up to rounding.

    References
    ----------
    Ying et al. 2018, KDD, doi:10.1145/3219819.3219890.
    """
    job = FitJob(graph, settings, seed, checkpoint)
    _share_job(job)
    trained = train_network(job, on_progress=on_progress, on_checkpoint=on_checkpoint)
    report = on_progress or (lambda _phase, _done, _total: None)
    return _finish(trained.parts, trained.state, seed=seed, report=report)


def train_network(
    job: FitJob, *, on_progress: Progress | None = None, on_checkpoint: CheckpointSink | None = None
) -> "TrainedNetwork":
    """Do the part of `fit_pinsage` that all ranks do together: views, gradient steps, best parameters put back."""
    graph, settings, seed = job.graph, job.settings, job.seed
    report = on_progress or (lambda _phase, _done, _total: None)
    sink = on_checkpoint or (lambda _data: None)
    pairs = lead_pairs(graph)
    data = prepare_training(graph, pairs, settings, seed=seed, on_progress=report)
    n_properties = _N_OWN_PROPERTIES + graph.snp_features.shape[1]
    with deterministic_torch(settings.n_threads):
        state = start_optimisation(n_properties, settings)
        identity = {
            "graph": graph.fingerprint(),
            "settings": settings.fingerprint(),
            "seed": seed,
            "convolution": state.network.convolution,
        }
        if job.checkpoint is not None:
            state = resume_optimisation(job.checkpoint, identity, n_properties, settings)
        optimise(state, data, settings, seed=seed, report=report, save=lambda: sink(checkpoint_bytes(state, identity)))
        _check_ranks(state)
    return TrainedNetwork(_Parts(graph, pairs, data.full_view, data.standardiser, settings), state)


def untrained_pinsage(graph: BipartiteGraph, settings: PinSageSettings, *, seed: int) -> FittedPinSage:
    """Give the model before its first step: the inner product of walk features, the baseline training must beat."""
    pairs = lead_pairs(graph)
    full_view, standardiser = _full_view(graph, pairs, settings, seed=seed)
    state = start_optimisation(_N_OWN_PROPERTIES + graph.snp_features.shape[1], settings)
    parts = _Parts(graph, pairs, full_view, standardiser, settings)
    return _finish(parts, state, seed=seed, report=lambda _phase, _done, _total: None)


def prepare_training(
    graph: BipartiteGraph, pairs: LocusPairs, settings: PinSageSettings, *, seed: int, on_progress: Progress
) -> TrainingData:
    """Build the full view and the cross-fitted ones; the last view validates.

    Raises
    ------
    TooFewPairsError
        When too few pairs can be predicted from other loci.
    """
    keys = hiding_keys(pairs.block, pairs.cluster, graph.n_clusters)
    fold = assign_folds(keys, settings.n_views, seed=seed)
    is_target = [
        is_predictable(pairs, fold == number, graph.n_blocks, graph.n_molecules) for number in range(settings.n_views)
    ]
    n_examples = [int(marked.sum()) for marked in is_target]
    _require_pairs(graph, pairs, sum(n_examples[:-1]), settings)
    training_views = [number for number in range(settings.n_views - 1) if n_examples[number]]
    n_training = [n_examples[number] for number in training_views]
    draws = plan_draws(n_training, n_examples[-1], settings, seed=seed)
    drawn = {**dict(zip(training_views, draws.of_view, strict=True)), settings.n_views - 1: draws.validation}
    full_view, standardiser = _full_view(graph, pairs, settings, seed=seed)
    forget_visits(full_view.profile)

    def examples_of(number: int) -> Examples:
        hidden = np.unique(keys[fold == number])
        view = build_view(graph, pairs, hidden, settings, seed=seed, align_to=full_view.profile)
        on_progress("views", number + 1, settings.n_views)
        return make_examples(graph, pairs, view, is_target[number], settings, drawn=drawn[number])

    examples = [examples_of(number) for number in drawn]
    return TrainingData(full_view, standardiser, examples[:-1], examples[-1], n_training, draws.of_view)


def optimise(
    state: Optimisation,
    data: TrainingData,
    settings: PinSageSettings,
    *,
    seed: int,
    report: Progress,
    save: Callable[[], None],
) -> None:
    """Take gradient steps until the last one or until validation no longer improves, then put back the best."""
    validation = batches_of(data.validation, data.standardiser, settings.batch_pairs, current_ranks())
    whole_views: dict[int, Batch] = {}
    while state.step < settings.n_steps and state.n_checks_without_progress < settings.patience:
        batch = _batch_of_step(data, state.step, whole_views, seed=seed, settings=settings)
        loss = take_step(state, batch, settings)
        if state.step % settings.check_every == 0 or state.step == settings.n_steps:
            validate(state, validation, len(data.validation), loss)
        if state.step % settings.checkpoint_every == 0:
            save()
        report("steps", state.step, settings.n_steps)
    for name, parameter in state.network.named_parameters():
        parameter.data = state.best_parameters[name].clone()


def _batch_of_step(
    data: TrainingData, step: int, whole_views: dict[int, Batch], *, seed: int, settings: PinSageSettings
) -> Batch:
    """Make this rank's batch of a step; those of views small enough to be used whole are kept."""
    view, chosen = choose_examples(data.n_examples, step, seed=seed, batch_pairs=settings.batch_pairs)
    if view in whole_views:
        return whole_views[view]
    own = current_ranks().share(np.searchsorted(data.drawn[view], chosen))
    batch = replace(make_batch(data.training[view], own, data.standardiser), share=own.size / chosen.size)
    if chosen.size == data.n_examples[view]:
        whole_views[view] = batch
    return batch


def _require_pairs(graph: BipartiteGraph, pairs: LocusPairs, n_training: int, settings: PinSageSettings) -> None:
    if n_training < settings.minimum_pairs:
        raise TooFewPairsError(
            f"PinSage needs at least {settings.minimum_pairs} (LD block, molecule) pairs whose molecule is also seen "
            f"at another locus, this graph has {n_training} (of {len(pairs)} pairs over {graph.n_blocks} blocks); "
            "load studies with trans effects or more molecules, or check that SNPs have LD blocks."
        )


def _full_view(
    graph: BipartiteGraph, pairs: LocusPairs, settings: PinSageSettings, *, seed: int
) -> tuple[View, Standardiser]:
    """Build the view that hides nothing, and the scales of its properties."""
    view = build_view(graph, pairs, np.zeros(0, dtype=np.int64), settings, seed=seed)
    leads = snp_table(graph, view, np.unique(pairs.lead_snp), settings)
    return view, fit_standardiser(view.blocks, leads)


def _share_job(job: FitJob) -> None:
    """Have the other ranks train along, where there are any."""
    ranks = current_ranks()
    if ranks.number != 0:
        raise RanksError(
            f"Only rank 0 fits a model, this is rank {ranks.number} of {ranks.n_ranks}; call serve_fits here."
        )
    if ranks.n_ranks > 1:
        send_to_ranks(job.to_bytes())


def _check_ranks(state: Optimisation) -> None:
    ranks, digest = current_ranks(), parameter_digest(state.network)
    ranks.check_agreement(digest, state.network.log_tau.device)
    if ranks.n_ranks > 1:
        logger.info(
            "rank %d of %d: %d steps, sha256 of the parameters %s", ranks.number, ranks.n_ranks, state.step, digest
        )


@dataclass(frozen=True, eq=False)
class TrainedNetwork:
    """A network after its last step, and what the vectors are computed from."""

    parts: "_Parts"
    state: Optimisation


@dataclass(frozen=True, eq=False)
class _Parts:
    """What the final vectors are computed from."""

    graph: BipartiteGraph
    pairs: LocusPairs
    full_view: View
    standardiser: Standardiser
    settings: PinSageSettings


def _finish(parts: _Parts, state: Optimisation, *, seed: int, report: Progress) -> FittedPinSage:
    """Compute the vectors of all blocks and of every SNP with evidence, and close the record."""
    graph, settings = parts.graph, parts.settings
    locus, snp_vectors, snp_weight = _all_vectors(parts, state, report)
    block_vectors = locus.locus.numpy()
    record = FitRecord(
        seed=seed,
        settings=settings,
        graph_fingerprint=graph.fingerprint(),
        tau=float(torch.exp(state.network.log_tau).item()),
        mu=float(state.network.mu.item()),
        n_molecules=graph.n_molecules,
        n_steps=state.step,
        best_validation_loss=None if math.isinf(state.best_loss) else state.best_loss,
        effective_rank=effective_rank(block_vectors),
        history=tuple(state.history),
        convolution=state.network.convolution,
    )
    evidence = evidence_of(parts.pairs, graph.snp_block, graph.snp_position_bp, graph.molecule_home_block, settings)
    log_odds, slope = state.network.prior_log_odds.detach().tolist()
    prior = QueryPrior(float(state.network.home.item()), log_odds, slope, graph.molecule_home_block)
    return FittedPinSage(block_vectors, locus.locus_bias.numpy(), snp_vectors, snp_weight, prior, evidence, record)


def _all_vectors(parts: _Parts, state: Optimisation, report: Progress) -> tuple[Vectors, FloatArray, FloatArray]:
    """Run the network over every SNP with evidence and a block, chunk by chunk, each once; the loci come with any."""
    graph, view, settings = parts.graph, parts.full_view, parts.settings
    snps = np.unique(graph.edge_snp[graph.snp_block[graph.edge_snp] >= 0])
    snp_vectors = np.zeros((graph.n_snps, settings.n_dimensions), dtype=np.float32)
    snp_weight = np.zeros(graph.n_snps, dtype=np.float32)
    for low in range(0, max(snps.size, 1), _CHUNK_SNPS):
        chunk = snps[low : low + _CHUNK_SNPS]
        table = snp_table(graph, view, chunk, settings)
        vectors = embed_nodes(state.network, view.blocks, table, parts.standardiser, settings)
        snp_vectors[chunk], snp_weight[chunk] = vectors.snp.numpy(), vectors.snp_weight.numpy()
        report("snps", min(low + _CHUNK_SNPS, snps.size), snps.size)
    return vectors, snp_vectors, snp_weight
