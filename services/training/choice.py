"""Which run becomes champion: the best method of a training, when it is not worse than the present champion."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from models.pinsage import Measure, PinSageSettings
from models.pinsage.comparison import hit_difference
from models.pinsage.evaluation import Trial
from models.pinsage.predictors import METHODS, fit_predictors
from models.pinsage.ranking import Ranks, rank_targets
from services.runs import ModelRun


@dataclass(frozen=True, slots=True)
class Choice:
    """What was decided of a training, on its held-out pairs.

    Attributes
    ----------
    method
        The best method of the training.
    is_champion
        Whether its run becomes champion.
    reason
        Why, in one sentence.
    against_run
        The champion that it was compared with; None where there was none.
    difference
        Hit@50 of the method minus that of the champion's recipe, paired; None where there was no champion.
    over_first
        Hit@50 of each further method minus PinSage's, paired.
    """

    method: str
    is_champion: bool
    reason: str
    against_run: str | None
    difference: Measure | None
    over_first: Mapping[str, Measure]

    def to_dict(self) -> dict[str, Any]:
        """As plain values for JSON."""
        return asdict(self)


def choose(trial: Trial, champion: ModelRun | None, settings: PinSageSettings, *, margin: float, seed: int) -> Choice:
    """Choose the best method of a training and decide whether it takes the champion's place.

    Parameters
    ----------
    trial
        The training's evaluation.
    champion
        The run that is champion now.
    settings
        The training's settings of the model.
    margin
        The lower 95 % bound of the difference in hit@50 may lie so far below 0.
    seed
        Of fits and resamples.

    Notes
    -----
    Another method replaces PinSage only when the interval of its difference lies above 0. The champion is judged by its
    recipe, that is its method and settings fitted to the same training part of the present data: a model that has
    learned from the held-out pairs could not be judged by them. Where method and settings are the same, so is the fit.
    """
    over_first = {
        method: hit_difference(trial.ranks[method], trial.ranks[METHODS[0]], trial.targets, seed=seed)
        for method in METHODS[1:]
    }
    better = [method for method, difference in over_first.items() if difference.lower > 0]
    method = max(better, key=lambda name: over_first[name].estimate, default=METHODS[0])
    if champion is None:
        return Choice(method, True, f"the first run: {_why(method, over_first)}", None, None, over_first)
    if champion.method not in METHODS:
        reason = f"the champion's method {champion.method or 'without a name'} is of another version of the program"
        return Choice(method, True, reason, champion.run_id, None, over_first)
    difference = hit_difference(
        trial.ranks[method], _ranks_of(champion, trial, settings, seed=seed), trial.targets, seed=seed
    )
    is_champion = difference.lower >= -margin
    reason = (
        f"hit@50 of {method} minus that of {champion.method} with the settings of champion {champion.run_id}, on the "
        f"same held-out pairs: {_show(difference)}, {'not worse' if is_champion else 'worse'} by the margin {margin:g}"
    )
    return Choice(method, is_champion, reason, champion.run_id, difference, over_first)


def _ranks_of(champion: ModelRun, trial: Trial, settings: PinSageSettings, *, seed: int) -> Ranks:
    """Ranks of the champion's recipe: of the trial itself where the settings are the same, else fitted anew."""
    its_settings = recipe_of(champion)
    if its_settings == settings:
        return trial.ranks[champion.method]
    fitted = fit_predictors(trial.training_graph, its_settings, seed=seed)[champion.method]
    return rank_targets(fitted.score_molecule_blocks, trial.training, trial.targets, name=champion.method)


def recipe_of(run: ModelRun) -> PinSageSettings:
    """The model's settings of a run; names that this version does not have are left out."""
    saved = json.loads(run.settings).get("pinsage", {})
    known = asdict(PinSageSettings())
    return PinSageSettings(**{name: value for name, value in saved.items() if name in known})


def _why(method: str, over_first: Mapping[str, Measure]) -> str:
    compared = "; ".join(f"{name} minus {METHODS[0]} {_show(value)} in hit@50" for name, value in over_first.items())
    return f"{method} is the best of its training" + (f" ({compared})" if compared else "")


def _show(value: Measure) -> str:
    return f"{value.estimate:+.3f} [{value.lower:+.3f}, {value.upper:+.3f}]"
