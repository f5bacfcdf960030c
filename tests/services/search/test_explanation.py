"""Why a SNP is a candidate, or why not: on a real Neo4j, worked by hand."""

import json

import pytest

from services.graph.store import Store
from services.search import CandidateOptions, Explanation, SnpNotResolved, explain_snp, find_candidates
from services.settings import Settings
from tests.conftest import Cypher
from tests.services.search.test_candidates import Case
from tests.services.search.world import HandMadeModel

pytestmark = pytest.mark.store

TWO_HOP = CandidateOptions(method="two_hop")


@pytest.fixture
def case(settings: Settings) -> Case:
    return Case(settings)


@pytest.fixture
def named(case: Case, store: Store, cypher: Cypher) -> Case:
    """The hand-worked case, with names for some SNPs, in the store."""
    named = {case.q1: "rs101", case.q2: "rs102", case.c1: "rs201", case.c3: "rs203", case.c5: "rs205"}
    for node in case.world.rows.nodes["SNP"]:
        if node["key"] in named:
            node["rsids"] = [named[node["key"]]]
    for edge in case.world.rows.edges["MQTL"]:
        edge["properties"]["effect_allele"] = "A"
    case.write(cypher)
    return case


def _explain(store: Store, settings: Settings, snp: str, **more: object) -> Explanation:
    return explain_snp(store, settings, "EFO:1", snp, **{"options": TWO_HOP, **more})  # type: ignore[arg-type]


def test_explain_snp__tells_a_candidate_in_words(named: Case, store: Store, settings: Settings) -> None:
    found = _explain(store, settings, "rs201")
    assert (found.verdict, found.key, found.reasons) == ("candidate", named.c1, ())
    assert found.words == (
        "rs201 is a candidate of EFO:1.",
        "Measured, path 1: rs102 (genome-wide significant for EFO:1: p = 1E-12, study gwas) changes methylation at cg2 "
        "(z = 8.00, p = 1.27526E-15, study mqtl, effect allele A); rs201 changes methylation at the same cg2 "
        "(z = 12.00, p = 5.46512E-33, study mqtl, effect allele A).",
        "Measured, path 2: rs101 (genome-wide significant for EFO:1: p = 1E-20, study gwas) changes methylation at cg1 "
        "(z = 10.00, p = 1.94984E-23, study mqtl, effect allele A); rs201 changes methylation at the same cg1 "
        "(z = 10.00, p = 1.94984E-23, study mqtl, effect allele A).",
        "Predicted: the walk over shared molecules ranks rs201 1 of 2 candidates (score 0.3333), for its likeness to "
        "rs102.",
        "Measured: its own p in GWAS gwas is 1E-6 (z = 1.50).",
        "Family-wise test: at 0.05 over 2 candidates, p < 0.025; adjusted p 2E-6: rs201 passes.",
        "False discovery test, another guarantee: adjusted p 2E-6 with equal weights: rs201 passes; weights were not "
        "learned.",
    )
    json.dumps(found.to_dict(), allow_nan=False)


def test_explain_snp__keeps_measured_and_predicted_apart(named: Case, store: Store, settings: Settings) -> None:
    walks = {
        named.c1: [
            (named.q2, named.q2, "cg2", "", "", "", named.c1),
            (named.q1, named.q1, "cg1", "", "", "", named.c1),
        ]
    }
    model = HandMadeModel({named.q1: [(named.c5, 0.9)], named.q2: [(named.c1, 0.8)]}, molecules=("cg1", "cg2"),
                          walks=walks)  # fmt: skip
    found = _explain(store, settings, named.c1, options=CandidateOptions(), model=model)
    values = found.to_dict()
    assert {path["walk_weight"] for path in values["measured"]["paths"]} == {None}
    assert values["predicted"]["walks"] == ({"path": 1, "weight": 0.5}, {"path": 2, "weight": 0.25})
    assert values["predicted"]["rank"] == 2
    assert (values["predicted"]["neighbour_rank"], values["predicted"]["neighbour_of"]) == (1, named.q2)
    assert values["measured"]["in_gwas"]["p_value"] == "1E-6"
    assert "Predicted: the model's walk along path 2 has weight 0.25." in found.words


def test_explain_snp__says_the_same_of_a_candidate_as_the_list(named: Case, store: Store, settings: Settings) -> None:
    listed = find_candidates(store, settings, "EFO:1", options=CandidateOptions(method="two_hop", n_null_sets=50))
    for candidate in listed.candidates:
        found = _explain(store, settings, candidate.key)
        assert (found.predicted.rank, found.predicted.score) == (candidate.rank, candidate.score)
        assert (found.family_wise, found.false_discovery) == (candidate.family_wise, candidate.false_discovery)
        assert found.measured.paths == candidate.paths
        assert found.family_wise_test == listed.family_wise


@pytest.mark.parametrize(
    ("which", "codes", "words"),
    [
        ("q1", ["known_snp"], "it is one of the SNPs that ask"),
        ("q1b", ["known_snp"], "a stronger known SNP of its clump asks in its place"),
        ("h3", ["known_snp"], "it cannot ask, for want of a place or of a molecular association"),
        ("c2", ["absent_from_gwas"], "is not in the GWAS that candidates are tested on (gwas)"),
        ("c3", ["near_known_snp", "no_shared_molecule"], "lies 700,000 bp from the known SNP"),
        ("c4", ["same_ld_block"], "lies in LD block GRCh37:5:20000001-25000000, as a known SNP does"),
        ("c6", ["near_gene_of_unplaced_snp"], "within 2,000,000 bp of the gene of a known SNP that has no place"),
    ],
)
def test_explain_snp__names_each_reason_with_its_numbers(
    named: Case, store: Store, settings: Settings, which: str, codes: list[str], words: str
) -> None:
    found = _explain(store, settings, getattr(named, which))
    assert found.verdict == ("known" if codes == ["known_snp"] else "no candidate")
    assert [reason.code for reason in found.reasons] == codes
    assert words in found.words[0]
    assert (found.family_wise, found.false_discovery, found.predicted.rank) == (None, None, None)


def test_explain_snp__of_no_candidate_shows_its_p_as_no_test(named: Case, store: Store, settings: Settings) -> None:
    found = _explain(store, settings, "rs203")
    assert found.measured.in_gwas is not None
    assert found.measured.in_gwas.p_value == "1E-7"
    assert found.words[-1] == "Measured: its own p in GWAS gwas is 1E-7 (z = 1.50); not a test."
    assert [path.molecule for path in found.measured.paths] == ["cg1", "cg2"][:1]


def test_explain_snp__tells_the_rank_of_what_is_too_far(named: Case, store: Store, settings: Settings) -> None:
    few = CandidateOptions(method="two_hop", k=1)
    found = _explain(store, settings, named.c5, options=few)
    (reason,) = found.reasons
    assert reason.code == "not_near_enough"
    assert reason.text == "is neighbour number 2 of the query SNP rs102, its best, and 1 are taken of each (k)"


def test_explain_snp__tells_rank_vector_and_full_blocks_of_a_model(
    named: Case, store: Store, settings: Settings
) -> None:
    neighbours = [(named.c1, 0.9), (named.c4, 0.5), (named.c5, 0.4)]
    model = HandMadeModel({named.q1: neighbours, named.q2: []})
    options = CandidateOptions(k=2)
    (far,) = _explain(store, settings, named.c5, options=options, model=model).reasons
    assert (far.code, "is neighbour number 3 of the query SNP rs101" in far.text) == ("not_near_enough", True)
    outside = _explain(store, settings, named.c2, options=options, model=model)
    assert [reason.code for reason in outside.reasons] == ["absent_from_gwas", "no_vector"]
    assert outside.predicted.neighbour_rank is None


def test_explain_snp__without_a_model_or_known_snps_says_so(named: Case, store: Store, settings: Settings) -> None:
    (reason,) = _explain(store, settings, named.c1, options=CandidateOptions()).reasons
    assert (reason.code, "locusgraph train" in reason.text) == ("no_model", True)
    strict = CandidateOptions(method="two_hop", p_threshold=1e-300)
    (reason,) = _explain(store, settings, named.c1, options=strict).reasons
    assert reason.code == "no_query_snps"


def test_explain_snp__of_an_untested_candidate_says_that_it_was_not_tested(
    case: Case, store: Store, settings: Settings, cypher: Cypher
) -> None:
    case.world.studies[0]["statistics"] = "truncated"
    case.write(cypher)
    found = _explain(store, settings, case.c1)
    assert found.verdict == "candidate"
    assert found.words[-1] == "Not tested: no complete GWAS of EFO:1 holds a candidate."
    assert (found.measured.in_gwas, found.family_wise_test) == (None, None)


def test_explain_snp__tells_a_bridge(case: Case, store: Store, settings: Settings, cypher: Cypher) -> None:
    far, bridge = case.world.snp(12, 8.0), case.world.snp(13, 8.0)
    case.world.act_all("cg8", {far: 7.0, bridge: 9.0})
    case.world.act_all("cg1", {bridge: -5.0})
    case.p[far] = 2.0
    case.write(cypher)
    walk = (case.q1, case.q1, "cg1", bridge, bridge, "cg8", far)
    model = HandMadeModel({case.q1: [(far, 0.9)], bridge: []}, molecules=("cg1", "cg8"), walks={far: [walk]})
    found = _explain(store, settings, far, options=CandidateOptions(), model=model)
    assert (
        f"; between them, {bridge} changes methylation at the same cg1 (z = -5.00, p = 3.7368E-7, study mqtl), and "
        f"methylation at cg8 (z = 9.00, p = 2.59956E-19, study mqtl); {far} changes methylation at the same cg8"
    ) in found.words[1]


def test_explain_snp__unknown_ones_get_the_nearest_names(named: Case, store: Store, settings: Settings) -> None:
    with pytest.raises(SnpNotResolved, match=r"no SNP of the graph is called 'rs2011': did you mean rs201"):
        _explain(store, settings, "rs2011")
    with pytest.raises(SnpNotResolved, match="none looks like it"):
        _explain(store, settings, "xyz")


def test_explain_snp__a_shared_rsid_lists_its_keys(
    case: Case, store: Store, settings: Settings, cypher: Cypher
) -> None:
    for node in case.world.rows.nodes["SNP"]:
        if node["key"] in {case.c1, case.c5}:
            node["rsids"] = ["rs7"]
    case.write(cypher)
    with pytest.raises(SnpNotResolved, match="'rs7' names 2 SNPs: give one key of") as caught:
        _explain(store, settings, "rs7")
    assert case.c1 in str(caught.value)
    assert case.c5 in str(caught.value)


def test_explain_snp__takes_a_key_in_any_case(named: Case, store: Store, settings: Settings) -> None:
    assert _explain(store, settings, named.c1.lower()).key == named.c1
