"""What is kept of answers: within bytes and seconds, by release, text, variables and operation."""

import pytest

from api.web.answers import Answer, AnswerMemory, key_of
from api.web.questions import Question

ANSWER = Answer(b'{"data":{}}', 3)


def test_key_of__everything_that_makes_an_answer() -> None:
    key = key_of(3, "{ a }", Question(None, {"x": 1, "y": [2]}, "one"))
    assert key == key_of(3, "{ a }", Question("other", {"y": [2], "x": 1}, "one"))
    others = (
        key_of(4, "{ a }", Question(None, {"x": 1, "y": [2]}, "one")),
        key_of(3, "{ b }", Question(None, {"x": 1, "y": [2]}, "one")),
        key_of(3, "{ a }", Question(None, {"x": 2, "y": [2]}, "one")),
        key_of(3, "{ a }", Question(None, {"x": 1, "y": [2]}, "two")),
        key_of(3, "{ a }", Question(None, None, "one")),
    )
    assert len({key, *others}) == 6


def test_answer_memory__gives_for_some_seconds() -> None:
    now = [100.0]
    memory = AnswerMemory(10_000, 60, lambda: now[0])
    memory.keep((1, b"a"), ANSWER)
    now[0] = 160.0
    assert memory.get((1, b"a")) is ANSWER
    now[0] = 160.1
    assert memory.get((1, b"a")) is None
    assert memory.get((2, b"a")) is None


def test_answer_memory__the_one_asked_longest_ago_leaves_and_large_ones_never_come() -> None:
    memory = AnswerMemory(10 * 600, 60)
    for number in range(10):
        memory.keep((number, b"x" * 50), Answer(b"y" * 50, 1))
    assert memory.get((0, b"x" * 50)) is not None
    memory.keep((10, b"x" * 50), Answer(b"y" * 50, 1))
    assert memory.get((1, b"x" * 50)) is None
    assert memory.get((0, b"x" * 50)) is not None
    memory.keep((11, b"x"), Answer(b"y" * 1_000, 1))
    assert memory.get((11, b"x")) is None


def test_answer_memory__an_answer_kept_twice_counts_once() -> None:
    memory = AnswerMemory(10 * 600, 60)
    memory.keep((0, b"a"), ANSWER)
    for _ in range(100):
        memory.keep((1, b"x" * 50), Answer(b"y" * 50, 1))
    assert memory.get((0, b"a")) is ANSWER


@pytest.mark.parametrize(("n_bytes", "seconds"), [(0, 60), (1_000, 0)])
def test_answer_memory__keeps_none_when_told_so(n_bytes: int, seconds: float) -> None:
    assert not AnswerMemory(n_bytes, seconds).keeps_any
