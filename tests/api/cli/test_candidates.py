"""Asking for candidates and searching, on the small graph."""

import json

import pytest

from api.cli.candidate_report import show_report
from services.graph.store import Store
from services.search import (
    Candidate,
    CandidateOptions,
    CandidateReport,
    EvidencePath,
    Locus,
    MolecularEdge,
    NearGene,
    NullExpectation,
    StudyUsed,
    Trait,
    TraitEdge,
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
    edge = MolecularEdge(LEAD, "MQTL", "godmc", 9.0, 20.0, "1E-20", 0.5, "cis")
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
    )


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
