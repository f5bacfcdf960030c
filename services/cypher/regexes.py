"""Bounds what a regular expression may cost: the server cannot interrupt one that backtracks for hours."""

import re

from services.cypher.errors import CypherRefused

LONGEST = 200
MOST_UNBOUNDED = 3
LARGEST_COUNT = 100
REMEDY = "use CONTAINS, STARTS WITH or ENDS WITH, or several simple patterns"
_PART = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\(\?[:=!<>a-zA-Z-]*|[()]|\{(\d+)(?:(,)(\d*))?\}|[*+?]|.", re.DOTALL)


def check_regex(pattern: str) -> None:
    """Refuse a pattern that could backtrack without end.

    Raises
    ------
    CypherRefused
        When it is long, refers back, repeats a group that repeats or branches, or repeats without bound too often.
    """
    if len(pattern) > LONGEST:
        raise CypherRefused(
            f"a regular expression has at most {LONGEST} characters", seen=f"{len(pattern)} characters", remedy=REMEDY
        )
    if found := re.search(r"\\[1-9k]", pattern):
        raise CypherRefused("no back-references in regular expressions", seen=found.group(), remedy=REMEDY)
    n_unbounded = _count_unbounded(pattern)
    if n_unbounded > MOST_UNBOUNDED:
        raise CypherRefused(
            f"a regular expression repeats without bound at most {MOST_UNBOUNDED} times",
            seen=f"{n_unbounded} times in {pattern!r}",
            remedy=REMEDY,
        )


def _count_unbounded(pattern: str) -> int:
    """Count what repeats without bound, and refuse nested repetition on the way."""
    groups: list[bool] = [False]
    n_unbounded, last_is_heavy = 0, False
    for found in _PART.finditer(pattern):
        part = found.group()
        if part.startswith("("):
            groups.append(False)
            last_is_heavy = False
        elif part == ")":
            last_is_heavy = groups.pop() if len(groups) > 1 else False
            groups[-1] |= last_is_heavy
        elif _repeats(part, found):
            if last_is_heavy:
                raise CypherRefused(
                    "no repetition of a group that itself repeats or branches", seen=repr(pattern), remedy=REMEDY
                )
            n_unbounded += part in "*+" or part.endswith(",}")
            groups[-1] = True
        else:
            groups[-1] |= part == "|"
            last_is_heavy = False
    return n_unbounded


def _repeats(part: str, found: re.Match[str]) -> bool:
    """Whether a part repeats what stands before it more than once."""
    if part in {"*", "+"}:
        return True
    if not found.group(1):
        return False
    largest = int(found.group(3) or found.group(1))
    if largest > LARGEST_COUNT:
        raise CypherRefused(f"a count in a regular expression is at most {LARGEST_COUNT}", seen=part, remedy=REMEDY)
    return True
