"""Asking for candidates and searching, on the small graph."""

import json
from dataclasses import replace

import pytest

from api.cli.candidate_report import show_report
from services.graph.store import Store
from services.search import (
    Candidate,
    CandidateOptions,
    CandidateReport,
    CovariateCheck,
    Discoveries,
    EvidencePath,
    FalseDiscoveryResult,
    FalseDiscoveryTest,
    FamilyWiseResult,
    FamilyWiseTest,
    Locus,
    MolecularEdge,
    NearGene,
    NullExpectation,
    StudyUsed,
    Trait,
    TraitEdge,
    WeightBin,
)
from tests.api.cli.conftest import Run
from tests.api.graph_rows import LEAD, SECOND

pytestmark = pytest.mark.store


def one_line(text: str) -> str:
    return " ".join(text.replace("│", " ").split())


def test_candidates__unknown_trait_says_what_was_perhaps_meant(run: Run, graph: Store) -> None:
    shown = run("candidates", "rheumatoid artritis")
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert "did you mean rheumatoid arthritis (EFO:0000685)?" in one_line(shown.stderr)


def test_candidates__name_of_several_traits_lists_them(run: Run, graph: Store) -> None:
    shown = run("candidates", "Depression", "--json")
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert "a/depression" in shown.stderr
    assert "b/depression" in shown.stderr


def test_candidates__impossible_option_is_wrong_usage(run: Run) -> None:
    shown = run("candidates", "Height", "--method", "guess")
    assert shown.exit_code == 2
    assert "one of pinsage, two_hop" in one_line(shown.stderr)


def test_candidates__of_a_truncated_gwas_are_listed_without_p(run: Run, graph: Store) -> None:
    shown = run("candidates", "rheumatoid arthritis", "--method", "two_hop", "--json")
    report = json.loads(shown.stdout)
    assert report["trait"]["trait_id"] == "EFO:0000685"
    assert report["status"] == "untestable"
    assert [candidate["key"] for candidate in report["candidates"]] == [SECOND, "GRCh37:3:7000:A:T"]
    assert report["candidates"][0]["p_value"] is None
    text = run("candidates", "rheumatoid arthritis", "--method", "two_hop").stdout
    assert "untestable" in text
    assert LEAD in text


def test_candidates__without_a_model_says_what_to_do(run: Run, graph: Store) -> None:
    shown = run("candidates", "rheumatoid arthritis")
    assert "locusgraph train" in shown.stdout or shown.exit_code == 1


def test_search__finds_and_says_when_not(run: Run, graph: Store) -> None:
    hits = json.loads(run("search", "rs22", "--json").stdout)["hits"]
    assert [hit["id"] for hit in hits] == [SECOND, "GRCh37:3:7000:A:T"]
    assert "GRCh37:2:5000:A:C" in run("search", "rs22").stdout, "a key with :A: in it is no emoji"
    nothing = run("search", "zzzzzz", "--json")
    assert (nothing.exit_code, json.loads(nothing.stdout)) == (1, {"hits": []})


def test_search__unknown_kind_is_wrong_usage(run: Run) -> None:
    shown = run("search", "rs1", "--kind", "protein")
    assert shown.exit_code == 2
    assert "--kind takes SNP" in one_line(shown.stderr)


def test_studies_list__shows_counts(run: Run, graph: Store) -> None:
    studies = json.loads(run("studies", "list", "--json").stdout)["studies"]
    godmc = next(study for study in studies if study["study_id"] == "godmc")
    assert (godmc["n_read"], godmc["n_refused"]) == (10, 1)
    assert "godmc" in run("studies", "list").stdout


def report_of_a_test() -> CandidateReport:
    near = (NearGene("ENSG1", "TP53", 0),)
    edge = MolecularEdge(LEAD, "MQTL", "godmc", 9.0, 20.0, "1E-20", 0.5, "cis", "A", "G")
    path = EvidencePath(
        LEAD, SECOND, "cg1", "CpG", "cg1", edge, edge, TraitEdge(LEAD, "gwas", 7.0, 12.0, "1E-12"), None, 0.25, False
    )
    candidate = Candidate(
        SECOND,
        ("rs2",),
        "2",
        5_000,
        None,
        False,
        1,
        0.9,
        LEAD,
        411.4948500216801,
        "3.2E-412",
        -43.2,
        0.1,
        0.01,
        1_000,
        True,
        "novel",
        "LD block",
        near,
        (path,),
        FamilyWiseResult("3.9E-409", 408.4, True),
        FalseDiscoveryResult("3.9E-409", 408.4, True, 8, 1.75, "2.2E-409", 408.7, True),
    )
    locus = Locus(SECOND, (SECOND,), "2", 5_000, 5_000, None, False, 411.5, "3.2E-412", "novel", "LD block", near)
    null = NullExpectation(100, 5_000, 3, 1.0, 1, 1, 0.1, (0.0, 1.0), 0.1, (0.0, 1.0), 0.1, (0.0, 0.2), 0.02, 0.02)
    return CandidateReport(
        Trait("EFO:1", "Height", None, 3),
        CandidateOptions(),
        "tested",
        3,
        "run-2",
        studies=(StudyUsed("height", "complete", None, 3, True),),
        n_known_snps=1,
        query_snps=(LEAD,),
        n_proposed=12_345,
        n_candidates=1_234,
        threshold=4.4,
        p_threshold="4.05E-5",
        n_significant=1,
        candidates=(candidate,),
        novel_loci=(locus,),
        excluded={"near_known": 11_111},
        null=null,
        warnings=("cohorts overlap [UKB]",),
        family_wise=FamilyWiseTest(0.05, 1_234, 4.4, "4.05E-5", 1, 1),
        false_discovery=FalseDiscoveryTest(
            0.05,
            1_234,
            20,
            Discoveries(7, 5),
            Discoveries(9, 6),
            None,
            "candidates, by their score of model run run-2",
            (WeightBin(1, 0.5, 0.75, 154, 0.0, 0.25, 0.5, 1, 0),),
            (CovariateCheck("candidates", 0.5, 310, -0.02, (-0.1, 0.06), 0.7, 4, 10.5, 12, 0.57, None),),
        ),
    )


def test_show_report__keeps_the_two_guarantees_apart(capsys: pytest.CaptureFixture[str]) -> None:
    show_report(report_of_a_test())
    text = one_line(capsys.readouterr().out)
    family_wise, _, false_discovery = text.partition("false discovery rate")
    assert "1 of 1,234 candidates, 1 loci" in family_wise
    assert "Benjamini-Hochberg at 0.05: 7 candidates, 5 loci" in false_discovery
    assert "weighted by score at 0.05: 9 candidates, 6 loci" in false_discovery
    assert "rank correlation with p > 0.5 -0.020 [-0.100, +0.060], p 0.7, 310 LD blocks" in false_discovery
    assert "weights by score" in false_discovery
    assert "1 0.5 to 0.75 154 0.25 0.00 to 0.50 1 0" in false_discovery
    assert "rs2 3.2E-412 3.9E-409 3.9E-409 2.2E-409 1.75 8" in false_discovery
    assert "never compared with a count of the other" in false_discovery


def test_show_report__names_why_nothing_was_weighted_or_checked(capsys: pytest.CaptureFixture[str]) -> None:
    report = report_of_a_test()
    assert report.false_discovery is not None
    check = CovariateCheck("candidates", 0.5, None, None, None, None, None, None, None, None, "fewer than 20 LD blocks")
    few = replace(report.false_discovery, weighted=None, reason="too few candidates: 12", bins=(), checks=(check,))
    show_report(replace(report, false_discovery=few))
    text = one_line(capsys.readouterr().out)
    assert "weighted by score not done, too few candidates: 12" in text
    assert "candidates: not done, fewer than 20 LD blocks" in text


def test_candidates__explain_tells_the_path_in_words(run: Run, graph: Store) -> None:
    asked = ("candidates", "rheumatoid arthritis", "--method", "two_hop", "--explain")
    text = one_line(run(*asked, "rs2").stdout)
    assert "rs2 is a candidate of rheumatoid arthritis (EFO:0000685)." in text
    assert "Measured, path 1: rs1 (genome-wide significant for rheumatoid arthritis: p = 1E-12, study gwas)" in text
    assert "Predicted: the walk over shared molecules ranks rs2 1 of 2 candidates" in text
    values = json.loads(run(*asked, SECOND, "--json").stdout)
    assert (values["verdict"], values["key"], values["predicted"]["rank"]) == ("candidate", SECOND, 1)
    assert values["measured"]["paths"][0]["query_snp"] == LEAD
    other = json.loads(run(*asked, "rs4", "--json").stdout)
    assert (other["verdict"], other["reasons"][-1]["code"]) == ("no candidate", "no_shared_molecule")


def test_candidates__explain_of_an_unknown_snp_is_wrong_usage(run: Run, graph: Store) -> None:
    asked = ("candidates", "rheumatoid arthritis", "--method", "two_hop", "--explain")
    shown = run(*asked, "rs223")
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert "did you mean rs22" in one_line(shown.stderr)
    shown = run(*asked, "rs22")
    assert shown.exit_code == 2
    assert "names 2 SNPs: give one key of" in one_line(shown.stderr)


def test_show_report__shows_test_null_evidence_and_loci(capsys: pytest.CaptureFixture[str]) -> None:
    show_report(report_of_a_test())
    text = capsys.readouterr().out
    for part in (
        "Candidate loci of Height (EFO:1)",
        "p < 4.05E-5  (0.05 over 1,234)",
        "near known 11,111",
        "3.2E-412",
        "cohorts overlap [UKB]",
        "cg1",
        "ours: 1",
        "significant loci",
    ):
        assert part in text
