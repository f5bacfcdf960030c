from pathlib import Path

import pytest

from tests.docs.tutorials import PAGES, Step, read_steps, run_step, steps_of


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_tutorial__prints_what_it_shows(page: Path, tmp_path: Path) -> None:
    steps = read_steps(page)
    assert steps
    for step in steps:
        assert run_step(step.command, tmp_path) == step.shown, f"$ {step.command}"


def test_steps_of__cuts_a_block_at_its_commands() -> None:
    assert list(steps_of("$ a b\none\n\ntwo \n$ c\n")) == [Step("a b", "one\n\ntwo"), Step("c", "")]


def test_run_step__fails_with_the_command_and_its_output(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"(?s)\$ ls nowhere.*nowhere"):
        run_step("ls nowhere", tmp_path)


def test_run_step__leaves_out_how_long_it_took(tmp_path: Path) -> None:
    assert run_step("printf 'SNPs  2\\ntime  12.3 s  \\n'", tmp_path) == "SNPs  2\ntime  … s"
