"""Some hundred mutated files of a fixed seed in every run of the tests, and that the judge can find fault."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from loaders.errors import FormatError
from tests.fuzz.__main__ import _read, failures, render
from tests.fuzz.sample import Loaded, Sample, count_after_header
from tests.fuzz.trial import GOOD_OUTCOMES, Outcome, all_samples, judge, run_trial, warm_up

N_FILES = 272
SEED = 1


@pytest.mark.slow
def test_mutated_files__are_refused_clearly_or_counted() -> None:
    warm_up()
    outcomes = [run_trial(number, SEED) for number in range(N_FILES)]
    bad = [outcome for outcome in outcomes if outcome.result not in GOOD_OUTCOMES]
    assert not bad
    assert {outcome.format for outcome in outcomes} == set(all_samples())
    assert min(sum(o.result == result for o in outcomes) for result in GOOD_OUTCOMES) > N_FILES // 5


def test_run_trial__is_the_same_for_a_seed() -> None:
    assert run_trial(5, 3) == run_trial(5, 3)
    assert run_trial(5, 3).mutations != run_trial(5, 4).mutations or run_trial(73, 3) != run_trial(73, 4)


def _refuse(where: str | None, remedy: str | None) -> Callable[[Path], Loaded]:
    def read(folder: Path) -> Loaded:
        raise FormatError("a table must be good", where=where, remedy=remedy)

    return read


def _divide(folder: Path) -> Loaded:
    return Loaded(1 // len(folder.name[:0]), 0)


@pytest.mark.parametrize(
    ("read", "result", "message"),
    [
        (_refuse("a.tsv:1", "mend it"), "refused", "a table must be good"),
        (_refuse(None, "mend it"), "unclear", "names no file"),
        (_refuse("a.tsv", None), "unclear", "names no remedy"),
        (_divide, "crash", "ZeroDivisionError"),
        (lambda _: Loaded(2, 2), "loaded", ""),
        (lambda _: Loaded(2, 1), "silent", "2 rows read, 1 kept, 0 counted as left out"),
        (lambda _: Loaded(1, 1), "silent", "1 rows read of 2 that are there"),
        (lambda _: Loaded(2, 2, 0, "p is -1"), "silent", "p is -1"),
    ],
)
def test_judge__tells_the_outcomes_apart(
    read: Callable[[Path], Loaded], result: str, message: str, tmp_path: Path
) -> None:
    (tmp_path / "a.tsv").write_bytes(b"a\n1\n2\n")
    sample = Sample("x", {"a.tsv": b"a\n1\n2\n"}, ("a.tsv",), read, count=count_after_header)
    found, said, _ = judge(sample, tmp_path, "a.tsv")
    assert found == result
    assert message in said


@pytest.mark.parametrize(
    ("text", "n_rows"),
    [(b"a b\n   \n1 2\n\t\n", 1), (b"a\tb\n   \n1\t2\n\t\n", 3), (b"##x\n\na b\n1 2\n\x0c\n", 2), (b"", 0)],
)
def test_count_after_header__a_line_of_blanks_is_a_row_unless_blanks_separate(text: bytes, n_rows: int) -> None:
    assert count_after_header(text) == n_rows


def test_state_file__is_read_back_though_its_last_line_was_cut(tmp_path: Path) -> None:
    state = tmp_path / "state.jsonl"
    state.write_text('{"seed": 1, "number": 0, "format": "godmc", "result": "loaded"}\n{"seed": 1, "numb')
    assert list(_read(state, 1)) == [0]
    assert not _read(state, 2)


def test_render__and_failures() -> None:
    good = Outcome(0, "godmc", "data.tsv", (), "loaded")
    rows = [good.to_dict(), replace(good, number=1, result="crash").to_dict()]
    assert [row["number"] for row in failures(rows)] == [1]
    assert "| godmc | 2 | 0 | 1 | 1 |" in render(rows)
