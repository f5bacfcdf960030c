"""Which examples the steps of a fit draw, known before any view is built, so that the others need no features."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.pinsage.settings import PinSageSettings

MOST_VALIDATION = 16_384
"""Hidden pairs that validation looks at; a larger view is validated on so many of its pairs."""

Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Draws:
    """The examples that each training view must hold, and those that validate.

    Attributes
    ----------
    of_view
        For each training view with examples, ascending places among all its examples.
    validation
        The same for the view that validates.
    """

    of_view: list[Places]
    validation: Places


def choose_examples(n_examples: list[int], step: int, *, seed: int, batch_pairs: int) -> tuple[int, Places]:
    """Give the view of a step and its examples, drawn by (seed, step) alone, so that a resumed run sees the same.

    `n_examples` counts the examples of each training view; none is 0.
    """
    n_views = len(n_examples)
    order = np.random.default_rng([seed, 3, step // n_views]).permutation(n_views)
    view = int(order[step % n_views])
    n_all = n_examples[view]
    if n_all <= batch_pairs:
        return view, np.arange(n_all)
    chosen = np.random.default_rng([seed, 4, step]).choice(n_all, size=batch_pairs, replace=False)
    return view, np.sort(chosen).astype(np.int64)


def plan_draws(n_examples: list[int], n_validation: int, settings: PinSageSettings, *, seed: int) -> Draws:
    """Collect what all steps of a fit will draw."""
    is_drawn = [np.zeros(n, dtype=np.bool_) for n in n_examples]
    for step in range(settings.n_steps if n_examples else 0):
        view, chosen = choose_examples(n_examples, step, seed=seed, batch_pairs=settings.batch_pairs)
        is_drawn[view][chosen] = True
    validation = np.arange(n_validation)
    if n_validation > MOST_VALIDATION:
        validation = np.random.default_rng([seed, 12]).choice(n_validation, size=MOST_VALIDATION, replace=False)
    return Draws([np.flatnonzero(drawn) for drawn in is_drawn], np.sort(validation).astype(np.int64))
