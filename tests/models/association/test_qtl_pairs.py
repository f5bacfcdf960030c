import numpy as np

from models.association.qtl_options import KeptPairs
from models.association.qtl_pairs import PairKeeper, Pairs


def _pairs(snp: list[int], trait: list[int], neg_log10_p: list[float]) -> Pairs:
    values = np.array(neg_log10_p)
    return Pairs(np.array(snp), np.array(trait), values * 2.0, values * 3.0, values)


def test_pair_keeper__keeps_the_strongest_of_all_parts() -> None:
    keeper = PairKeeper(3, KeptPairs(0.0, 2))
    for snp in range(10):
        keeper.add(_pairs([snp, snp], [0, 1], [float(snp % 7), 0.5]))
    found = keeper.finish()
    assert found.pairs.snp.tolist() == [5, 6]
    assert found.pairs.beta.tolist() == [10.0, 12.0]
    assert found.n_passing == 20
    assert found.is_cut
    assert found.lead_snp.tolist() == [6, 0, -1]


def test_pair_keeper__first_of_equals_leads() -> None:
    keeper = PairKeeper(1, KeptPairs())
    keeper.add(_pairs([4, 3], [0, 0], [2.0, 2.0]))
    keeper.add(_pairs([7], [0], [2.0]))
    found = keeper.finish()
    assert found.lead_snp.tolist() == [3]
    assert found.pairs.snp.tolist() == [3, 4, 7]


def test_pair_keeper__nothing() -> None:
    found = PairKeeper(2, KeptPairs()).finish()
    assert found.pairs.snp.size == found.n_passing == found.n_pairs_tested == 0
    assert not found.is_cut
    assert np.isnan(found.lead_neg_log10_p).all()
