"""What the commands of LD score regression share."""

import pytest

from api.cli.errors import WrongUsage
from api.cli.statistics_options import check_prevalences


def test_check_prevalences__go_together_and_are_shares() -> None:
    check_prevalences(None, None)
    check_prevalences(0.5, 0.01)
    with pytest.raises(WrongUsage, match="go together: give both, or neither"):
        check_prevalences(0.5, None)
    with pytest.raises(WrongUsage, match="--population-prevalence of target 2 is a share between 0 and 1, not 1"):
        check_prevalences(0.5, 1.0, "target 2")
