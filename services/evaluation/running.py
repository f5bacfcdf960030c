"""Runs every method on every case, keeps each result at once, and pools the cases of a group."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from models.pinsage.evaluation import METHOD, UNTRAINED, CaseResults, Method, Plan, Pooled, pool, run_method
from models.pinsage.evaluation import standard_methods as _standard_methods
from models.pinsage.evaluation.homes import NAME as TOLD_HOMES
from models.pinsage.hybrid import HYBRID
from models.pinsage.rankers.lightgcn import HOW_TO_INSTALL, LIGHTGCN, has_lightgcn
from services.evaluation.errors import EvaluationError
from services.evaluation.inputs import EvaluationInput
from services.evaluation.results import ResultsFile, code_of, result_key

logger = logging.getLogger(__name__)

Progress = Callable[[int, int, str], None]
REFERENCES = ("ALS-LD", "popularity")
ALL_NULLS = "null graphs"
N_NULL_SETS = 1000


@dataclass(frozen=True, eq=False)
class ChosenMethods:
    """What to run, and what was left out with the reason."""

    methods: tuple[Method, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class PooledGroup:
    """The cases of one group under one split, pooled; `n_stale` results are of other code."""

    split: str
    group: str
    inputs: tuple[EvaluationInput, ...]
    found: tuple[CaseResults, ...]
    pooled: Pooled
    n_stale: int

    @property
    def is_null(self) -> bool:
        """The graphs' structure has been rewired away."""
        return all(one.is_null for one in self.inputs)


def choose_methods(names: Sequence[str] = ()) -> ChosenMethods:
    """Choose methods by name, all by default; LightGCN is left out where its package is missing.

    Raises
    ------
    EvaluationError
        For a name that no method has, or when LightGCN is named and its package is missing.
    """
    known = {method.name.lower(): method for method in _standard_methods()}
    unknown = [name for name in names if name.lower() not in known]
    if unknown:
        raise EvaluationError(
            "an evaluation runs methods that exist",
            seen=", ".join(unknown),
            remedy=f"use {', '.join(method.name for method in known.values())}",
        )
    wanted = {name.lower() for name in names} or set(known)
    left_out: tuple[str, ...] = ()
    if LIGHTGCN.name.lower() in wanted and not has_lightgcn():
        if names:
            raise EvaluationError("LightGCN needs the package torch_geometric", seen="none", remedy=HOW_TO_INSTALL)
        wanted.discard(LIGHTGCN.name.lower())
        left_out = (f"{LIGHTGCN.name} was left out, the package torch_geometric is not here: {HOW_TO_INSTALL}.",)
    return ChosenMethods(tuple(method for name, method in known.items() if name in wanted), left_out)


def run_methods(
    inputs: Sequence[EvaluationInput],
    methods: Sequence[Method],
    plan: Plan,
    results: ResultsFile,
    *,
    on_progress: Progress,
    is_run: bool = True,
) -> tuple[PooledGroup, ...]:
    """Run what the file of results does not hold yet, then pool.

    A kept result of other code is run anew. Without `is_run` nothing is run: kept results of any code are taken, graphs
    without one are left out, and so are methods that a graph of a group lacks.

    Raises
    ------
    TooFewPairsError, NotFiniteError
        As the methods do; what was finished stays in the file.
    """
    done, total = 0, len(inputs) * len(methods)
    found: list[tuple[EvaluationInput, CaseResults]] = []
    n_stale: list[int] = []
    for asked in inputs:
        of_case, n_of_other_code = {}, 0
        for method in methods:
            on_progress(done, total, "ranking held-out loci")
            key = result_key(asked, method, plan, N_NULL_SETS)
            code = code_of(is_model=method.is_model)
            result = results.find(key)
            if is_run and not results.is_of(key, code):
                result = run_method(method, asked.case, plan, n_null_sets=N_NULL_SETS)
                results.add(key, code, asked, result)
                logger.info("%s %s: %s took %.1f CPU-s", asked.name, asked.case.split, method.name, result.cpu_seconds)
            if result is not None:
                of_case[method.name] = result
                n_of_other_code += not results.is_of(key, code)
            done += 1
        if of_case:
            found.append((asked, CaseResults(asked.case, of_case)))
            n_stale.append(n_of_other_code)
    on_progress(done, total, "ranking held-out loci")
    return _pool_groups([asked for asked, _ in found], [one for _, one in found], n_stale)


def _pool_groups(
    inputs: Sequence[EvaluationInput], found: Sequence[CaseResults], n_stale: Sequence[int]
) -> tuple[PooledGroup, ...]:
    """Pool by split and group, and all null graphs of a split once more together."""
    members: dict[tuple[str, str], list[int]] = {}
    for place, asked in enumerate(inputs):
        members.setdefault((asked.case.split, asked.group), []).append(place)
    for place, asked in enumerate(inputs):
        if asked.is_null:
            members.setdefault((asked.case.split, ALL_NULLS), []).append(place)
    names = list(dict.fromkeys(name for one in found for name in one.results))
    against = [(name, other) for other in REFERENCES for name in names]
    against += [(METHOD, UNTRAINED), (HYBRID, METHOD), (METHOD, TOLD_HOMES), (HYBRID, TOLD_HOMES)]
    groups = []
    for (split, group), places in members.items():
        of_group = tuple(found[place] for place in places)
        pooled = pool(of_group, pairs_of_methods=against)
        n_of_other_code = sum(n_stale[place] for place in places)
        of_inputs = tuple(inputs[place] for place in places)
        groups.append(PooledGroup(split, group, of_inputs, of_group, pooled, n_of_other_code))
    return tuple(groups)
