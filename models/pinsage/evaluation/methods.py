"""What a method of the evaluation is, and the ones there are: tuned rankers, PinSage, its untrained features."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from models.pinsage.bipartite import BipartiteGraph, LocusPairs
from models.pinsage.embeddings import FittedPinSage
from models.pinsage.errors import SettingsError
from models.pinsage.evaluation.homes import ALS_LD_HOMES
from models.pinsage.evaluation.training_report import METHOD, UNTRAINED
from models.pinsage.hybrid import HYBRID, fit_hybrid
from models.pinsage.rankers import RANKERS, Ranker, tune
from models.pinsage.rankers.lightgcn import LIGHTGCN
from models.pinsage.ranking import Scorer
from models.pinsage.settings import PinSageSettings
from models.pinsage.training import fit_pinsage, untrained_pinsage


@dataclass(frozen=True)
class Plan:
    """How methods are fitted.

    Attributes
    ----------
    settings
        Of PinSage.
    budget
        Most settings that a ranker may try on validation pairs of the training part.
    seeds
        One fit each for methods with randomness, at least 3 for a report; the first also cuts the validation pairs.
    """

    settings: PinSageSettings
    budget: int
    seeds: tuple[int, ...]

    def __post_init__(self) -> None:
        """Refuse a plan without a seed, or with one twice, or without a trial.

        Raises
        ------
        SettingsError
            Naming what is wrong.
        """
        if not self.seeds or len(set(self.seeds)) < len(self.seeds) or min(self.seeds) < 0:
            raise SettingsError(f"An evaluation needs different seeds of 0 or more, got {list(self.seeds)}.")
        if self.budget < 1:
            raise SettingsError(f"An evaluation's budget must be at least 1 trial a ranker, got {self.budget}.")


@dataclass(frozen=True, eq=False)
class FittedMethod:
    """One fit of a method.

    Attributes
    ----------
    scorer
        From molecule ids to scores of all blocks.
    chosen
        The settings it was fitted with, in words.
    effective_rank
        Of the block vectors, where there are such; near 1 = collapsed.
    """

    scorer: Scorer
    chosen: str
    effective_rank: float | None = None


Fit = Callable[[BipartiteGraph, LocusPairs, Plan], Iterator[FittedMethod]]


@dataclass(frozen=True)
class Method:
    """A named way to rank loci.

    Attributes
    ----------
    name
        Shown in tables.
    fit
        From the training graph, its (block, molecule) pairs and the plan to one fit a seed, or to a single fit where
        nothing is random. It must not see anything else of the graph: `assert_blind` tests that.
    is_model
        True where the fit runs PinSage, so that a change of its code makes earlier results stale.
    """

    name: str
    fit: Fit
    is_model: bool = False


def ranker_method(ranker: Ranker[Any]) -> Method:
    """Make a method of a ranker: tuned once with the plan's budget, fitted anew for every seed where it has one."""

    def fit(graph: BipartiteGraph, pairs: LocusPairs, plan: Plan) -> Iterator[FittedMethod]:
        tuned = tune(ranker, graph, pairs, budget=plan.budget, seed=plan.seeds[0])
        fitted: list[Any] = []
        for seed in plan.seeds:
            settings = with_seed(tuned.settings, seed)
            if settings in fitted:
                return
            fitted.append(settings)
            is_tuned = settings == tuned.settings
            yield FittedMethod(tuned.scorer if is_tuned else ranker.fit(graph, pairs, settings), repr(tuned.settings))

    return Method(ranker.name, fit)


def with_seed(settings: Any, seed: int) -> Any:
    """Give settings with every field called ``seed`` set, in nested settings too."""
    changed: dict[str, Any] = {}
    for field in fields(settings):
        value = getattr(settings, field.name)
        if field.name == "seed":
            changed["seed"] = seed
        elif is_dataclass(value):
            changed[field.name] = with_seed(value, seed)
    return replace(settings, **changed)


class PinSageFits:
    """Fits of PinSage to one graph at a time, so that PinSage and the hybrid are made of the same fits."""

    def __init__(self) -> None:
        self._graph: BipartiteGraph | None = None
        self._fits: dict[tuple[PinSageSettings, int], FittedPinSage] = {}

    def fit(self, graph: BipartiteGraph, settings: PinSageSettings, seed: int) -> FittedPinSage:
        """Fit, or give the fit made before; another graph lets those of the last one go."""
        if graph is not self._graph:
            self._graph, self._fits = graph, {}
        key = (settings, seed)
        if key not in self._fits:
            self._fits[key] = fit_pinsage(graph, settings, seed=seed)
        return self._fits[key]


def pinsage_method(fits: PinSageFits) -> Method:
    """PinSage with the plan's settings."""

    def fit(graph: BipartiteGraph, _pairs: LocusPairs, plan: Plan) -> Iterator[FittedMethod]:
        for seed in plan.seeds:
            yield _of_model(fits.fit(graph, plan.settings, seed), METHOD)

    return Method(METHOD, fit, is_model=True)


def hybrid_method(fits: PinSageFits) -> Method:
    """The hybrid of each fit of PinSage with ALS-LD."""

    def fit(graph: BipartiteGraph, _pairs: LocusPairs, plan: Plan) -> Iterator[FittedMethod]:
        first = fit_hybrid(graph, fits.fit(graph, plan.settings, plan.seeds[0]))
        for seed in plan.seeds:
            hybrid = replace(first, pinsage=fits.fit(graph, plan.settings, seed))  # ALS-LD has one seed
            yield FittedMethod(hybrid.score_molecule_blocks, f"weight {hybrid.weight:g}, {hybrid.als_ld.settings}")

    return Method(HYBRID, fit, is_model=True)


def _fit_untrained(graph: BipartiteGraph, _pairs: LocusPairs, plan: Plan) -> Iterator[FittedMethod]:
    """Walk features are random only where walks are sampled, so a single seed does for expected visits."""
    seeds = plan.seeds if plan.settings.visits == "sampled" else plan.seeds[:1]
    for seed in seeds:
        yield _of_model(untrained_pinsage(graph, plan.settings, seed=seed), UNTRAINED)


def _of_model(fitted: FittedPinSage, name: str) -> FittedMethod:
    chosen = f"{name}: {fitted.record.n_steps} steps"
    return FittedMethod(fitted.score_molecule_blocks, chosen, float(fitted.record.effective_rank))


UNTRAINED_FEATURES = Method(UNTRAINED, _fit_untrained, is_model=True)


def standard_methods() -> tuple[Method, ...]:
    """All methods, in the order of tables; LightGCN needs a package of its own (`has_lightgcn`)."""
    fits = PinSageFits()
    return (
        *(ranker_method(ranker) for ranker in (*RANKERS, ALS_LD_HOMES, LIGHTGCN)),
        UNTRAINED_FEATURES,
        pinsage_method(fits),
        hybrid_method(fits),
    )
