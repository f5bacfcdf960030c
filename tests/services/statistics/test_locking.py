"""One process computes statistics; what loading asks for meanwhile is not lost."""

from pathlib import Path

import pytest

from services.settings import Settings
from services.statistics import StatisticsBusy
from services.statistics.locking import (
    ask_for_refresh,
    begin_refresh,
    end_refresh,
    is_refresh_asked,
    statistics_lock,
)


def test_statistics_lock__lets_one_in_and_names_it(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    refused = pytest.raises(StatisticsBusy, match=r"process \d+ \(heritability of T\) is at it: wait")
    with statistics_lock(settings, "heritability of T"), refused, statistics_lock(settings, "again"):
        pass
    with statistics_lock(settings, "again"):
        pass


def test_is_refresh_asked__until_it_is_done_even_after_a_kill(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert not is_refresh_asked(settings)
    ask_for_refresh(settings)
    begin_refresh(settings)
    assert is_refresh_asked(settings), "a kill between beginning and end leaves the work to be done"
    ask_for_refresh(settings)
    end_refresh(settings)
    assert is_refresh_asked(settings), "what is asked for while the work is done is asked for again"
    begin_refresh(settings)
    end_refresh(settings)
    assert not is_refresh_asked(settings)
