"""The small cohort, written anew for each test."""

from pathlib import Path

import pytest

from tests.services.mixed_models.cohort import Cohort, write_cohort


@pytest.fixture
def cohort(tmp_path: Path) -> Cohort:
    return write_cohort(tmp_path)
