import numpy as np
import pytest

from models.association.errors import ScanOptionError
from models.association.qtl_options import KeptPairs, PairPlaces, QtlOptions

ONE = np.array([1])


def test_qtl_options__refusals() -> None:
    with pytest.raises(ScanOptionError, match="group or refuse, not by 'mean'"):
        QtlOptions(missing="mean")  # type: ignore[arg-type]
    with pytest.raises(ScanOptionError, match="float32 or float64, not 'half'"):
        QtlOptions(precision="half")  # type: ignore[arg-type]
    with pytest.raises(ScanOptionError, match="traits_at_a_time must be 1 or more, not 0"):
        QtlOptions(traits_at_a_time=0)


def test_kept_pairs__refusals() -> None:
    for bad in (-1.0, float("nan"), float("inf")):
        with pytest.raises(ScanOptionError, match="give minus log10 of p, not p"):
            KeptPairs(bad)
    with pytest.raises(ScanOptionError, match="most_pairs must be 1 or more, not 0"):
        KeptPairs(1.0, 0)


def test_pair_places__ends_of_the_window_are_near() -> None:
    places = PairPlaces(np.array([1, 1, 1, 2]), np.array([99, 100, 301, 200]), ONE, np.array([200]), 100)
    assert places.is_cis(np.arange(4), np.arange(1))[:, 0].tolist() == [False, True, False, False]


def test_pair_places__nothing_is_near_an_unknown_place() -> None:
    places = PairPlaces(ONE, np.array([5]), ONE, np.array([np.nan]))
    assert not places.is_cis(np.arange(1), np.arange(1)).any()


def test_pair_places__unsigned_positions_do_not_wrap() -> None:
    places = PairPlaces(ONE, np.array([5], np.uint32), ONE, np.array([10], np.uint32), 5)
    assert places.is_cis(np.arange(1), np.arange(1)).all()


def test_pair_places__refusals() -> None:
    for bad in (-1, float("nan"), float("inf")):
        with pytest.raises(ScanOptionError, match="window_bp must be 0 or more"):
            PairPlaces(ONE, ONE, ONE, ONE, bad)
    with pytest.raises(ScanOptionError, match=r"trait chromosomes have shape \(1,\), positions \(2,\)"):
        PairPlaces(ONE, ONE, ONE, np.array([1, 2]))
    with pytest.raises(ScanOptionError, match="both as numbers or both as names"):
        PairPlaces(ONE, ONE, np.array(["1"]), ONE)
