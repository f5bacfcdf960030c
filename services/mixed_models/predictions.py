"""What all chromosomes but one predict of a trait, read from a file and met with the people and SNPs analysed."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from loaders.loco_files import LocoFile, is_loco, read_loco, read_prediction_list
from models.association.covariate_basis import covariate_basis
from models.association.loco_predictions import LocoPredictions
from services.mixed_models.errors import MatchError
from services.mixed_models.people import AnalysedPeople
from services.mixed_models.scan_request import word_of
from services.mixed_models.variants import ChosenVariants

FloatArray = NDArray[np.float64]
SMALLEST_PREDICTION: Final = 1e-9
"""In a trait's standard deviations, or log odds: predictions that are all smaller predict nothing."""


@dataclasses.dataclass(frozen=True, slots=True)
class Predicted:
    """Predictions of one trait.

    Attributes
    ----------
    chromosomes
        The chromosome left out of each row.
    values
        ``[chromosomes, n]``, none missing; see `LocoPredictions` for their units.
    source
        computed, or the name of their file.
    """

    chromosomes: tuple[str, ...]
    values: FloatArray
    source: str = "computed"

    def correlation(self, people: AnalysedPeople, chromosomes: Sequence[str]) -> float:
        """Mean correlation with what the covariates leave of the trait, over the chromosomes that are tested.

        Those without which nothing is predicted are passed over; NaN where there are no others.
        """
        basis = covariate_basis(people.covariates, people.n_people)
        rest = basis.residuals(people.traits[:, 0])
        found = []
        for name in dict.fromkeys(chromosomes):
            row = self.values[self.chromosomes.index(name)]
            centred = row - row.mean()
            if np.abs(centred).max() > SMALLEST_PREDICTION:
                found.append(float(centred @ rest / np.sqrt((centred @ centred) * (rest @ rest))))
        return float(np.mean(found)) if found else math.nan


def stack_predictions(predicted: Sequence[Predicted], chromosomes: Sequence[str]) -> LocoPredictions:
    """Predictions of several traits at the chromosomes that are tested, for the second step."""
    names = tuple(dict.fromkeys(chromosomes))
    values = [of.values[[of.chromosomes.index(name) for name in names]] for of in predicted]
    return LocoPredictions(names, np.stack(values, axis=1))


def check_predictions(path: Path | None, traits: Sequence[str]) -> None:
    """Refuse the predictions of one trait for several.

    Raises
    ------
    MatchError
        If a .loco file is given to several traits.
    """
    if path is not None and len(traits) > 1 and is_loco(path):
        raise MatchError(
            "predictions of several traits are a list of trait and file a line",
            seen=f"one .loco file for {', '.join(traits)}",
            where=path,
            remedy="give the list (PREFIX_pred.list), or scan trait by trait",
        )


def prediction_files(path: Path, trait: str) -> tuple[Path, ...]:
    """The files that are read for a trait's predictions: the .loco, and the list that names it."""
    found = find_predictions(path, trait)
    return (path,) if found == path else (path, found)


def find_predictions(path: Path, trait: str) -> Path:
    """The .loco file of a trait: the one given, or the one that a list gives the trait.

    Parameters
    ----------
    path
        A .loco file, or REGENIE's list of trait and file a line.
    trait
        The trait that is tested.

    Raises
    ------
    LoadError
        If a list is broken, or a file of it is not there.
    MatchError
        If the list does not name the trait, or one beside the file gives it to another trait.
    """
    if not is_loco(path):
        listed = read_prediction_list(path)
        for name in (trait, word_of(trait)):
            if name in listed:
                return listed[name]
        raise MatchError(
            f"the list of predictions must name the trait {trait}",
            seen=", ".join(list(listed)[:10]) or "nothing",
            where=path,
            remedy="make predictions of this trait (--write-predictions), or give its .loco file",
        )
    for place in sorted(path.parent.glob("*_pred.list")):
        named = [name for name, file in _listed(place).items() if file.resolve() == path.resolve()]
        if named and not {trait, word_of(trait)} & set(named):
            raise MatchError(
                f"predictions must be of the trait that is tested, {trait}",
                seen=f"those of {named[0]}, says {place.name}",
                where=path,
                remedy="give the file of this trait, or name the trait in the list as it is named here",
            )
    return path


def read_predictions(
    path: Path, people: AnalysedPeople, variants: ChosenVariants, trait: str
) -> tuple[Predicted, AnalysedPeople]:
    """Read a trait's predictions, and leave out the people without, counted.

    Parameters
    ----------
    path
        A .loco file, or a list of them.
    people
        Who is analysed.
    variants
        The SNPs that are tested.
    trait
        The trait's name.

    Raises
    ------
    LoadError
        If a file is missing or broken.
    MatchError
        If it is of another trait or other people, or does not leave out a chromosome that is tested.
    """
    file = read_loco(find_predictions(path, trait))
    _check_chromosomes(file, variants)
    values = file.of(people.people)
    is_lost = np.asarray(np.isnan(values).any(axis=0))
    if is_lost.all():
        raise MatchError(
            "the people of the predictions must be those of the genotypes",
            seen=f"none of {people.n_people:,}; {file.people[0]} there, {_first_name(people)} here"
            if file.people
            else "nobody",
            where=file.path,
            remedy="give predictions made from the same people: each column is named FID_IID",
        )
    predicted = Predicted(file.chromosomes, values[:, ~is_lost], file.path.name)
    return predicted, people.without(is_lost, "n_without_prediction")


def _check_chromosomes(file: LocoFile, variants: ChosenVariants) -> None:
    lacking = [name for name in dict.fromkeys(variants.chromosomes) if name not in file.chromosomes]
    if lacking:
        raise MatchError(
            "predictions must leave out each chromosome that is tested",
            seen=f"none that leave out {', '.join(lacking)} ({variants.chromosomes.count(lacking[0]):,} SNPs on "
            f"{lacking[0]}); those there leave out {', '.join(file.chromosomes)}",
            where=file.path,
            remedy="make them again from all chromosomes, or test genotypes of these chromosomes alone",
        )


def _first_name(people: AnalysedPeople) -> str:
    family, person = people.people.row(0)
    return f"{family or 0}_{person}"


def _listed(place: Path) -> dict[str, Path]:
    """Trait and file of a list beside the predictions, none where it is no such list."""
    rows = (line.split(maxsplit=1) for line in place.read_text(encoding="utf-8", errors="replace").splitlines())
    return {row[0]: place.parent / Path(row[1].strip()).name for row in rows if len(row) == 2}
