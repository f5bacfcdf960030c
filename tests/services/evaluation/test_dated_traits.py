from datetime import date

import numpy as np
import polars as pl
import pytest

from models.pinsage import NotFiniteError
from services.evaluation.dated_traits import DATED_HITS, DatedTrait, Fate, split_by_date
from services.evaluation.trait_ranking import CUTOFFS, mean_ranks, plain_scorers, rank_traits
from services.settings import Settings
from services.write_back.loci import LociOfSnapshot
from services.write_back.targets import TraitQuery
from tests.services.write_back.small_snapshot import BLOCKS, SNPS, small_snapshot

CUTOFF = date(2013, 1, 1)
FAR_BLOCK = "GRCh37:5:1-1000000"


def place(snp, block):
    """Give a SNP on a place of its own, or one that nothing places."""
    if block is None:
        return {"snp": snp, "build": None, "chromosome": None, "position_bp": None, "block": None}
    build, chromosome, position, *_ = snp.split(":")
    return {"snp": snp, "build": build, "chromosome": chromosome, "position_bp": int(position), "block": block}


def hit(trait, snp, block, when):
    return {"trait": trait, **place(snp, block), "neg_log10_p": 9.0, "date": when}


KNOWN = [hit("T", SNPS[0], BLOCKS[0], "2008-02-01"), hit("T", SNPS[2], BLOCKS[1], "2012-12-31")]


@pytest.fixture
def loci():
    return LociOfSnapshot(small_snapshot(), 5, np.ones(5, dtype=bool))


def split(loci, *hits):
    return split_by_date(pl.DataFrame(list(hits), schema=DATED_HITS), CUTOFF, loci, Settings())


def test_split_by_date__asks_with_what_was_known_and_ranks_what_came_later(loci):
    found = split(loci, *KNOWN, hit("T", SNPS[4], BLOCKS[3], "2013-01-01"), hit("T", SNPS[3], BLOCKS[2], "2014-05-05"))
    (trait,) = found.traits
    assert trait.query.query_snp.tolist() == [0, 2]
    assert trait.target_block.tolist() == [2, 3]
    assert found.fates[Fate.RANKED] == 2
    assert (found.n_traits, found.n_traits_before, found.n_traits_after, found.n_traits_with_query) == (1, 1, 1, 1)
    assert found.n_earlier_traits.tolist() == [1, 1, 0, 0, 0]


@pytest.mark.parametrize(
    ("later", "fate"),
    [
        (hit("T", "GRCh37:1:999999:A:G", BLOCKS[0], "2014-01-01"), Fate.NEAR_KNOWN),
        (hit("T", "GRCh37:2:1000900:A:G", "GRCh37:2:1000001-2000000", "2014-01-01"), Fate.NEAR_KNOWN),
        (hit("T", "GRCh37:2:1001001:A:G", "GRCh37:2:1000001-2000000", "2014-01-01"), Fate.NOT_IN_GRAPH),
        (hit("T", "GRCh37:4:5000:A:G", BLOCKS[4], "2014-01-01"), Fate.NOT_IN_GRAPH),
        (hit("T", "GRCh37:5:5000:A:G", FAR_BLOCK, "2014-01-01"), Fate.NOT_IN_GRAPH),
        (hit("T", "rs9", None, "2014-01-01"), Fate.NO_PLACE),
        (hit("U", SNPS[4], BLOCKS[3], "2014-01-01"), Fate.NEW_TRAIT),
        (hit("U", "rs9", None, "2014-01-01"), Fate.NEW_TRAIT),
    ],
)
def test_split_by_date__says_why_a_locus_is_not_ranked(loci, later, fate):
    found = split(loci, *KNOWN, later)
    assert {name: number for name, number in found.fates.items() if number} == {fate: 1}
    assert found.traits == ()


def test_split_by_date__does_not_ask_with_one_locus(loci):
    found = split(loci, KNOWN[0], hit("T", SNPS[4], BLOCKS[3], "2014-01-01"))
    assert found.fates[Fate.FEW_QUERIES] == 1
    assert found.n_traits_with_query == 0


def test_split_by_date__a_locus_with_two_snps_counts_once(loci):
    twice = [hit("T", f"GRCh37:3:{place}:A:G", BLOCKS[3], "2014-01-01") for place in (1000, 2000)]
    assert split(loci, *KNOWN, *twice).fates[Fate.RANKED] == 1


def asked(known_blocks, targets):
    is_known = np.isin(np.arange(5), known_blocks)
    return DatedTrait(TraitQuery("T", np.array([0]), is_known), np.array(targets), {2: np.array([4_000_000])})


def test_rank_traits__ranks_among_new_blocks_with_a_vector_and_halves_ties(loci):
    score = np.array([9.0, 1.0, 1.0, 5.0, 7.0])
    ranks = rank_traits([asked([0], [1, 3])], lambda _trait: score, loci, name="given")
    assert ranks.rank.tolist() == [2.5, 1.0], "block 0 is known, block 4 has no SNP, 1 and 2 tie"
    assert ranks.matched.shape == (2, len(CUTOFFS))


def test_rank_traits__matches_blocks_of_like_degree(loci):
    def score(_trait):
        return np.array([9.0, 1.0, 2.0, 3.0, 0.0])

    # degrees of blocks 1, 2, 3 (molecules): 2, 1, 1; the target 2 is beside block 3 alone
    ranks = rank_traits([asked([0], [2])], score, loci, name="given")
    assert ranks.matched.tolist() == [[1.0, 1.0, 1.0]]


def test_rank_traits__refuses_scores_that_are_not_finite(loci):
    with pytest.raises(NotFiniteError, match="given"):
        rank_traits([asked([0], [1])], lambda _trait: np.full(5, np.nan), loci, name="given")


def test_plain_scorers__by_hand(loci):
    scorers = plain_scorers(loci, split(loci, *KNOWN))
    assert {name: scorer(asked([0], [2])).tolist() for name, scorer in scorers.items()} == {
        "popularity": [2.0, 2.0, 1.0, 1.0, 0.0],
        "earlier traits": [1.0, 1.0, 0.0, 0.0, 0.0],
        "nearest position": [-1e12, -3_999_000.0, -1_000_000.0, -1e12, -1e12],
    }


def test_mean_ranks__averages_fits(loci):
    runs = [
        {"given": rank_traits([asked([0], [1])], lambda _trait, score=score: np.array(score), loci, name="given")}
        for score in ([0.0, 9.0, 1.0, 2.0, 0.0], [0.0, 0.0, 1.0, 2.0, 0.0])
    ]
    figures = mean_ranks(runs, "given")
    assert figures["MRR"].tolist() == pytest.approx([(1 + 1 / 3) / 2])
    assert figures["recall@10"].tolist() == [1.0]
