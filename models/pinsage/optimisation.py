"""Gradient steps with a life: parameters, AdamW, validation, early stop, and the checkpoint that resumes them."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from models.pinsage.checkpoint import pack, unpack
from models.pinsage.convolution import resolve_convolution, resolve_device
from models.pinsage.errors import CheckpointError, NotFiniteError
from models.pinsage.examples import Batch, Examples, make_batch
from models.pinsage.loss import masked_mixture_loss
from models.pinsage.messages import Standardiser
from models.pinsage.network import PinSageNetwork
from models.pinsage.ranks import Ranks, current_ranks
from models.pinsage.settings import PinSageSettings

Parameters = dict[str, torch.Tensor]


@dataclass(frozen=True)
class HistoryEntry:
    """One validation: step, last training loss, validation loss (NaN-free; 0 where there is no validation)."""

    step: int
    training_loss: float
    validation_loss: float


@dataclass
class Optimisation:
    """State of a training run between two steps.

    Attributes
    ----------
    network, optimiser
        The model and its AdamW.
    step
        Steps done.
    best_loss, best_parameters
        Smallest validation loss so far and the parameters that gave it.
    n_checks_without_progress
        Validations since then.
    history
        One entry a validation.
    """

    network: PinSageNetwork
    optimiser: torch.optim.AdamW
    step: int = 0
    best_loss: float = math.inf
    best_parameters: Parameters = field(default_factory=dict)
    n_checks_without_progress: int = 0
    history: list[HistoryEntry] = field(default_factory=list)


def start_optimisation(n_properties: int, settings: PinSageSettings) -> Optimisation:
    """Begin at the untrained features: own = 1, pooled = 0, all property weights 0."""
    device = resolve_device(settings.device)
    convolution = resolve_convolution(settings.convolution, device=device)
    network = PinSageNetwork(n_properties, convolution=convolution).to(device)
    optimiser = torch.optim.AdamW(
        network.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay, foreach=False
    )
    return Optimisation(network, optimiser, best_parameters=_copy(network))


def learning_rate_at(step: int, settings: PinSageSettings) -> float:
    """Give the learning rate of a step: linear warm-up, then cosine to 0 at the last step."""
    if step < settings.n_warmup_steps:
        return settings.learning_rate * (step + 1) / settings.n_warmup_steps
    n_left = max(settings.n_steps - settings.n_warmup_steps, 1)
    return settings.learning_rate * 0.5 * (1 + math.cos(math.pi * (step - settings.n_warmup_steps) / n_left))


def take_step(state: Optimisation, batch: Batch, settings: PinSageSettings) -> float:
    """Do one gradient step and give its loss; with several ranks, the step of all their batches together.

    Raises
    ------
    NotFiniteError
        When the loss is NaN or infinite.
    """
    for group in state.optimiser.param_groups:
        group["lr"] = learning_rate_at(state.step, settings)
    ranks = current_ranks()
    loss = _loss(state.network, batch) * batch.share
    whole_loss = ranks.total(float(loss.item()), loss.device)
    if not math.isfinite(whole_loss):
        raise NotFiniteError(
            f"The training loss must be finite, got {whole_loss} at step {state.step}; lower learning_rate."
        )
    state.optimiser.zero_grad(set_to_none=False)
    loss.backward()  # type: ignore[no-untyped-call]
    ranks.sum_gradients(state.network.parameters())
    state.optimiser.step()
    state.step += 1
    return whole_loss


def validate(state: Optimisation, batches: list[Batch], n_examples: int, training_loss: float) -> None:
    """Compute the validation loss, keep the parameters if they are the best so far, and write the history.

    `batches` are this rank's; `n_examples` counts those of all ranks.
    """
    if n_examples == 0:
        state.best_parameters = _copy(state.network)
        state.history.append(HistoryEntry(state.step, training_loss, 0.0))
        return
    with torch.no_grad():
        total = sum(float(_loss(state.network, batch).item()) * batch.target.numel() for batch in batches)
    loss = current_ranks().total(float(total), state.network.log_tau.device) / n_examples
    state.history.append(HistoryEntry(state.step, training_loss, loss))
    if loss < state.best_loss:
        state.best_loss, state.best_parameters, state.n_checks_without_progress = loss, _copy(state.network), 0
    else:
        state.n_checks_without_progress += 1


def batches_of(examples: Examples, standardiser: Standardiser, batch_pairs: int, ranks: Ranks) -> list[Batch]:
    """Cut all examples into batches, in order, and make those that are this rank's."""
    lows = range(0, len(examples), batch_pairs)[ranks.number :: ranks.n_ranks]
    return [make_batch(examples, np.arange(low, min(low + batch_pairs, len(examples))), standardiser) for low in lows]


def checkpoint_bytes(state: Optimisation, identity: dict[str, Any]) -> bytes:
    """Write the whole state; `identity` (graph, settings, seed) must be met again on resuming."""
    arrays: dict[str, NDArray[Any]] = {}
    for name, parameter in state.network.named_parameters():
        arrays[f"parameter/{name}"] = parameter.detach().cpu().numpy()
        arrays[f"best/{name}"] = state.best_parameters[name].cpu().numpy()
        for key, value in state.optimiser.state.get(parameter, {}).items():
            arrays[f"optimiser/{name}/{key}"] = value.cpu().numpy()
    history = [(entry.step, entry.training_loss, entry.validation_loss) for entry in state.history]
    header = {
        "identity": identity,
        "step": state.step,
        "best_loss": None if math.isinf(state.best_loss) else state.best_loss,
        "n_checks_without_progress": state.n_checks_without_progress,
        "history": history,
    }
    return pack("checkpoint", header, arrays)


def resume_optimisation(
    data: bytes, identity: dict[str, Any], n_properties: int, settings: PinSageSettings
) -> Optimisation:
    """Read back a state written by `checkpoint_bytes`.

    Raises
    ------
    CheckpointError
        When it belongs to another graph, other settings or another seed.
    """
    header, arrays = unpack("checkpoint", data)
    for key, value in identity.items():
        if header["identity"].get(key) != value:
            raise CheckpointError(
                f"A checkpoint resumes only its own run: its {key} is {header['identity'].get(key)}, this run's is "
                f"{value}; start without the checkpoint."
            )
    state = start_optimisation(n_properties, settings)
    for name, parameter in state.network.named_parameters():
        parameter.data = torch.from_numpy(arrays[f"parameter/{name}"].copy()).to(parameter.device)
        state.best_parameters[name] = torch.from_numpy(arrays[f"best/{name}"].copy()).to(parameter.device)
        prefix = f"optimiser/{name}/"
        kept = {
            key.removeprefix(prefix): torch.from_numpy(value.copy()).to("cpu" if value.ndim == 0 else parameter.device)
            for key, value in arrays.items()
            if key.startswith(prefix)
        }
        if kept:
            state.optimiser.state[parameter] = kept
    state.step = header["step"]
    state.best_loss = math.inf if header["best_loss"] is None else header["best_loss"]
    state.n_checks_without_progress = header["n_checks_without_progress"]
    state.history = [HistoryEntry(*entry) for entry in header["history"]]
    return state


def _loss(network: PinSageNetwork, batch: Batch) -> torch.Tensor:
    if batch.target.numel() == 0:  # a rank without an example still has gradients: zeros
        return torch.stack([parameter.sum() for parameter in network.parameters()]).sum() * 0.0
    batch = batch.to(network.log_tau.device)
    scores = network.score(network(batch.inputs), batch.inputs)
    return masked_mixture_loss(scores, batch.target, batch.is_known)


def _copy(network: PinSageNetwork) -> Parameters:
    return {name: parameter.detach().clone() for name, parameter in network.named_parameters()}
