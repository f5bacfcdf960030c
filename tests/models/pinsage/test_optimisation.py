import numpy as np
import pytest
import torch

from models.pinsage import CheckpointError, NotFiniteError, lead_pairs
from models.pinsage.determinism import deterministic_torch
from models.pinsage.optimisation import (
    batches_of,
    checkpoint_bytes,
    learning_rate_at,
    resume_optimisation,
    start_optimisation,
    take_step,
    validate,
)
from models.pinsage.ranks import Ranks
from models.pinsage.training import prepare_training
from tests.models.pinsage.planted import SMALL, planted_graph

IDENTITY = {"graph": "g", "settings": "s", "seed": 1}


@pytest.fixture(autouse=True)
def _one_thread():
    with deterministic_torch(1):
        yield


@pytest.fixture(scope="module")
def data():
    graph = planted_graph().graph
    return prepare_training(graph, lead_pairs(graph), SMALL, seed=0, on_progress=lambda *_: None)


@pytest.fixture(scope="module")
def batch(data):
    return batches_of(data.validation, data.standardiser, 4096, Ranks(0, 1))[0]


def test_learning_rate_at__warms_up_then_falls_to_zero():
    rates = [learning_rate_at(step, SMALL) for step in range(SMALL.n_steps)]
    assert rates[0] == pytest.approx(SMALL.learning_rate / 5)
    assert rates[5] == pytest.approx(SMALL.learning_rate)
    assert (np.diff(rates[5:]) < 0).all()
    assert rates[-1] < 1e-4


def test_take_step__lowers_the_loss(batch):
    state = start_optimisation(5, SMALL)
    losses = [take_step(state, batch, SMALL) for _ in range(30)]
    assert losses[-1] < losses[0]
    assert all(torch.isfinite(parameter.grad).all() for parameter in state.network.parameters())


def test_take_step__refuses_a_loss_that_is_not_finite(batch):
    state = start_optimisation(5, SMALL)
    state.network.log_tau.data.fill_(float("nan"))
    with pytest.raises(NotFiniteError, match="training loss must be finite, got nan at step 0"):
        take_step(state, batch, SMALL)


def test_validate__keeps_the_best_parameters(batch):
    state = start_optimisation(5, SMALL)
    validate(state, [batch], batch.target.numel(), 1.0)
    best = {name: value.clone() for name, value in state.best_parameters.items()}
    state.network.log_tau.data.fill_(9.0)
    validate(state, [batch], batch.target.numel(), 1.0)
    assert state.n_checks_without_progress == 1
    assert len(state.history) == 2
    assert all(torch.equal(best[name], state.best_parameters[name]) for name in best)


def test_validate__without_validation_pairs_keeps_the_newest():
    state = start_optimisation(5, SMALL)
    state.network.log_tau.data.fill_(0.5)
    validate(state, [], 0, 1.0)
    assert state.best_parameters["log_tau"].item() == 0.5


def test_resume_optimisation__goes_on_exactly(batch):
    state = start_optimisation(5, SMALL)
    for _ in range(4):
        take_step(state, batch, SMALL)
    validate(state, [batch], batch.target.numel(), 1.0)
    other = resume_optimisation(checkpoint_bytes(state, IDENTITY), IDENTITY, 5, SMALL)
    for _ in range(4):
        assert take_step(state, batch, SMALL) == take_step(other, batch, SMALL)
    assert checkpoint_bytes(state, IDENTITY) == checkpoint_bytes(other, IDENTITY)


@pytest.mark.parametrize(("key", "value"), [("graph", "x"), ("settings", "x"), ("seed", 2)])
def test_resume_optimisation__refuses_another_run(key, value):
    data = checkpoint_bytes(start_optimisation(5, SMALL), IDENTITY)
    with pytest.raises(CheckpointError, match=f"resumes only its own run: its {key}"):
        resume_optimisation(data, {**IDENTITY, key: value}, 5, SMALL)
