"""Estimates for people."""

import pytest

from api.cli.estimates import (
    of_files,
    print_flags,
    quoted,
    show_counts,
    show_estimate,
    show_p,
    show_status,
    source_facts,
)
from tests.api.cli.statistics_reports import source


@pytest.mark.parametrize(
    ("value", "error", "expected"),
    [
        (0.25312, 0.03104, "0.2531 ± 0.0310"),
        (-0.5, 0.25, "-0.5000 ± 0.2500"),
        (1.2e-8, 4e-9, "1.2e-08 ± 4e-09"),
        (1.0, None, "1.0000 (fixed)"),
        (None, 0.1, "–"),
        (0.0, 0.0, "0.0000 ± 0.0000"),
        (1.0, 2.4e-15, "1.0000 ± 0.0000"),
    ],
)
def test_show_estimate__value_beside_its_error(value: float | None, error: float | None, expected: str) -> None:
    assert show_estimate(value, error) == expected


def test_show_p__cannot_underflow() -> None:
    assert show_p(411.4948500216801) == "3.2E-412"
    assert show_p(None) == "–"


def test_show_counts__leaves_out_what_took_nothing() -> None:
    assert show_counts({"not_in_ld_scores": 12_345, "none_of_it": 0, "duplicate": 1}) == (
        "not in ld scores 12,345; duplicate 1"
    )
    assert show_counts({}) == "none"
    assert show_counts({f"reason_{n}": 1 for n in range(8)}).endswith("reason 5 1; 2 more")


def test_show_status__names_run_and_release() -> None:
    assert show_status("computed", "r", 3) == "computed and shown in release 3 (run r)"
    assert "nothing changed since run r" in show_status("unchanged", "r", 3)
    assert show_status("written", None, None) == "from files; the graph was not touched"


def test_source_facts__name_with_its_id_and_a_file_by_its_path() -> None:
    assert source_facts(source())["target"] == "body height (EFO:0004339)"
    assert source_facts(source("x.sumstats.gz", None))["target"] == "x.sumstats.gz"


def test_print_flags__are_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    print_flags(["negative_h2"], "Height")
    text = " ".join(capsys.readouterr().out.split())
    assert text.startswith("note Height: The heritability is negative")
    assert "Do not use it" in text


def test_quoted__only_where_it_is_needed() -> None:
    assert (quoted("Body mass index"), quoted("EFO:1")) == ('"Body mass index"', "EFO:1")


def test_of_files__names_files_again_and_not_the_graph_s() -> None:
    assert of_files(None, source("x.sumstats.gz", None)) == f" --ld-scores {source().ld_scores}"
    assert not of_files("run", source())
