import numpy as np
import pytest

from models.heritability.errors import GenotypeError, WindowError
from models.heritability.ld_windows import check_window_fits, first_in_window


def windows(position, window, chunk_size=None):
    return first_in_window(np.array(position, np.float64), window, chunk_size=chunk_size).tolist()


def test_first_in_window__hand_worked():
    assert windows([0.0, 0.4, 1.0, 1.1, 5.0], 1.0) == [0, 0, 0, 1, 4]


def test_first_in_window__distance_equal_to_the_window_is_inside():
    assert windows([0.0, 1.0, 2.0], 1.0) == [0, 0, 1]


def test_first_in_window__same_position():
    assert windows([2.0, 2.0, 2.0, 9.0], 0.5) == [0, 0, 0, 3]


def test_first_in_window__decided_by_the_distance_and_not_by_the_rounded_edge():
    position = np.sort(np.random.default_rng(1).integers(0, 400, 300) / 10.0)
    slow = [min(k for k in range(j + 1) if position[j] - position[k] <= 0.3) for j in range(position.size)]
    assert first_in_window(position, 0.3).tolist() == slow


def test_first_in_window__one_snp():
    assert windows([7.0], 1.0) == [0]


def test_first_in_window__chunks_share_the_window_of_their_first_filled_to_whole_chunks():
    # chunks 01 23 45 67; SNP 2 reaches back to 1, one SNP, filled to two; SNP 6 reaches back to 5, filled to 4
    assert windows(range(8), 1.0, chunk_size=2) == [0, 0, 0, 0, 2, 2, 4, 4]
    # SNP 3 reaches back to 1: two SNPs, filled to three
    assert windows(range(6), 2.0, chunk_size=3) == [0, 0, 0, 0, 0, 0]


def test_first_in_window__chunks_of_one_are_exact():
    position = np.sort(np.random.default_rng(2).random(500))
    assert np.array_equal(first_in_window(position, 0.05, chunk_size=1), first_in_window(position, 0.05))


def test_first_in_window__chunks_never_narrow_and_never_fall():
    position = np.sort(np.random.default_rng(3).random(777))
    chunked = first_in_window(position, 0.05, chunk_size=50)
    assert (np.diff(chunked) >= 0).all()
    starts = np.arange(777) // 50 * 50
    assert (chunked <= first_in_window(position, 0.05)[starts]).all()


@pytest.mark.parametrize("window", [0.0, -1.0, float("nan"), float("inf")])
def test_first_in_window__window_is_no_positive_number(window):
    with pytest.raises(WindowError, match=r"must be a positive number, got .*: give 1 for 1 cM"):
        windows([1.0, 2.0], window)


def test_first_in_window__empty_chunk():
    with pytest.raises(WindowError, match="a chunk must hold a SNP or more, got 0"):
        windows([1.0], 1.0, chunk_size=0)


def test_first_in_window__position_is_nan():
    with pytest.raises(GenotypeError, match="positions must be finite: SNP 1 has nan"):
        windows([1.0, np.nan], 1.0)


def test_first_in_window__position_falls():
    with pytest.raises(GenotypeError, match="positions must not fall: SNP 2 has 1 after 2; sort the SNPs"):
        windows([1.0, 2.0, 1.0], 1.0)


def test_check_window_fits__whole_chromosome():
    position = np.array([0.0, 0.5, 0.9])
    with pytest.raises(WindowError, match=r"narrower than the chromosome: 1 spans all 3 SNPs, which lie within 0.9"):
        check_window_fits(first_in_window(position, 1.0), position, 1.0)


def test_check_window_fits__no_genetic_map():
    position = np.zeros(3)
    with pytest.raises(WindowError, match=r"all positions are equal, as in a \.bim without genetic map"):
        check_window_fits(first_in_window(position, 1.0), position, 1.0)


def test_check_window_fits__narrower_or_one_snp():
    position = np.array([0.0, 0.5, 1.1])
    check_window_fits(first_in_window(position, 1.0), position, 1.0)
    check_window_fits(first_in_window(position[:1], 1.0), position[:1], 1.0)
