"""One small fitted model for all tests that only look at one."""

import pytest

from models.pinsage import FittedPinSage, fit_pinsage
from tests.models.pinsage.planted import SMALL, Planted, planted_graph


@pytest.fixture(scope="session")
def planted() -> Planted:
    return planted_graph()


@pytest.fixture(scope="session")
def fitted(planted: Planted) -> FittedPinSage:
    return fit_pinsage(planted.graph, SMALL, seed=3)
