import pytest

from loaders.simulation import CandidatePlaceError, UnknownPlantedTraitError, score_beside_random, score_candidates
from loaders.simulation.scoring import place_of_key
from loaders.simulation.truth import DemoSize, DemoTruth, PlantedLocus, PlantedTrait, RegulatorLocus


def planted(chromosome, level="below", module=0, seen=5.0):
    locus = RegulatorLocus(f"GRCh37:{chromosome}:100-200", chromosome, 101, 200, f"rs{chromosome}", 150)
    return PlantedLocus(locus, module, level, 4.5, seen)


LOCI = (planted("1"), planted("2"), planted("3", "above", seen=20.0), planted("4", "above", module=None, seen=20.0))
TRUTH = DemoTruth(1, DemoSize(), "studies.toml", (PlantedTrait("a/t", "T", "a", 1000, False, (0,), LOCI),), ())


def test_score_candidates__same_block_counts_once():
    keys = ["GRCh37:1:101:A:G", "GRCh37:1:200:A:G", "GRCh37:2:100:A:G", "GRCh37:3:150:A:G", "GRCh37:9:150:A:G"]
    score = score_candidates(TRUTH, "a/t", keys)
    assert (score.n_candidates, score.n_loci) == (5, 2)
    assert score.hidden == LOCI[:2]
    assert score.found == LOCI[:1]


def test_score_beside_random__share_of_lists_that_do_as_well():
    random_lists = [[("1", 150)], [("2", 500)], [("1", 150), ("2", 150)], []]
    score = score_beside_random(TRUTH, "a/t", [("1", 150)], random_lists)
    assert score.random_found == (1, 0, 2, 0)
    assert score.random_mean == 0.75
    assert score.share_at_least == pytest.approx(3 / 5)


def test_score_beside_random__without_random_lists():
    score = score_beside_random(TRUTH, "a/t", [], [])
    assert (score.random_mean, score.share_at_least) == (0.0, 1.0)


def test_score_candidates__unknown_trait():
    with pytest.raises(UnknownPlantedTraitError, match="has no trait 'a/x'; it has a/t"):
        score_candidates(TRUTH, "a/x", [])


def test_place_of_key__rsid_has_no_place():
    assert place_of_key("GRCh37:X:12:A:AT") == ("X", 12)
    with pytest.raises(CandidatePlaceError, match="'rs1' has none"):
        place_of_key("rs1")


def test_is_hidden__by_plan_and_in_the_file():
    assert planted("1").is_hidden
    assert not planted("1", seen=7.5).is_hidden
    assert not planted("1", module=None).is_hidden
