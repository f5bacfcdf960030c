"""The sections of the reports say what happened, and why nothing did."""

from dataclasses import replace

import pytest

from services.pipeline.sections import (
    one_a_locus,
    render_candidates,
    render_cost,
    render_evaluation,
    render_graph,
    render_loads,
    render_path,
    render_snapshot,
)
from services.pipeline.stages import MemoryUse
from tests.services.pipeline.made_up import (
    COUNTS,
    FOUND,
    MEMORY,
    SECONDS,
    candidate,
    candidate_report,
    ingest_report,
    metrics,
)


def test_render_loads__names_every_reason() -> None:
    assert "| godmc | mqtl | 10 | 7 | below_threshold 2 | bad_p 1 |" in render_loads(ingest_report())


def test_render_graph__lists_nodes_and_edges() -> None:
    text = render_graph(COUNTS)
    assert "| node | SNP | 1,234 |" in text
    assert "| edge | MQTL | 5 |" in text


def test_render_evaluation__gives_intervals() -> None:
    text = render_evaluation(metrics())
    assert "| all | PinSage | 9 | 0.500 [0.400, 0.600] |" in text
    assert text.startswith("9 held-out pairs, 90 training pairs, 7 LD blocks.")


def test_render_snapshot__gives_the_share_outside() -> None:
    assert "10 SNPs (25.0%) that nothing places stay outside, with 12 edges" in render_snapshot(metrics())


def test_render_evaluation_and_snapshot__without_a_model_say_so() -> None:
    assert render_evaluation({}) == render_snapshot({}) == "No model was trained."


def test_render_path__goes_from_snp_over_molecule_to_snp() -> None:
    expected = "GRCh37:1:1000:A:G -MQTL p=1.0E-20-> cg1 <-MQTL p=1.0E-15- GRCh37:2:2000:A:C"
    assert render_path(candidate().paths[0]) == expected


def test_render_candidates__lists_them_with_test_chance_and_warnings() -> None:
    text = render_candidates(candidate_report())
    assert text.startswith("1 query SNPs of 3 known ones; 1 candidates; tested at p < 0.05: 1 pass")
    assert "Matched random candidates: 0.25 pass on average (0 to 1)." in text
    assert "| 1 | rs2 | 2:2,000 | GENE1 | 1 | 1.0E-5 | novel | GRCh37:1:1000:A:G -MQTL" in text
    assert text.endswith("\n\n- mind this")


def test_one_a_locus__keeps_the_first_of_each_block_and_counts_the_rest() -> None:
    elsewhere = replace(candidate("GRCh37:3:1:A:G"), block=None)
    listed = (candidate(), candidate("GRCh37:2:3000:A:G"), elsewhere)
    assert [(best.key, n) for best, n in one_a_locus(listed)] == [(FOUND, 2), ("GRCh37:3:1:A:G", 1)]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("untestable", "untestable, because no complete GWAS"),
        ("no_query_snps", "none of the trait's known SNPs has a place"),
        ("no_model", "no model was trained yet"),
    ],
)
def test_render_candidates__says_why_nothing_was_tested(status: str, said: str) -> None:
    text = render_candidates(candidate_report(status=status, candidates=(), null=None, warnings=()))
    assert said in text
    assert "|" not in text


def test_render_cost__adds_up() -> None:
    text = render_cost(SECONDS, MEMORY)
    assert "| in all | 1 min 3 s |" in text
    assert "100 MiB in this program; Neo4j on another machine." in text
    assert "Neo4j 750 MiB." in render_cost(SECONDS, MemoryUse(100.0, 750.0))
