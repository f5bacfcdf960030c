"""Options that the commands of LD score regression share, and how their targets are opened."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.auditing import noting
from api.cli.errors import WrongUsage
from api.cli.opening import open_settings, opened_graph
from api.cli.option import option
from api.cli.progress import OnProgress, progress_bar

if TYPE_CHECKING:
    from services.graph.store import Store
    from services.settings import Settings

PANEL = "Statistics"
TARGET_HELP = "Trait of the graph (id or name), or a .sumstats.gz file."


Study = Annotated[str | None, option("Study of the trait; the complete GWAS with most people by default.", "--study")]
LdScores = Annotated[
    str | None,
    option("Run id, or prefix of .l2.ldscore files (@ for the chromosome); the graph's by default.", "--ld-scores"),
]
Weights = Annotated[
    str | None, option("Prefix of LD score files for the weights; the base column by default.", "--weights")
]
Frequencies = Annotated[
    str | None, option("Prefix of the .frq files that belong to LD score files (MAF > 5 %).", "--frequencies")
]
Annotations = Annotated[
    str | None, option("Prefix of the .annot files that LD score files were made from.", "--annotations")
]
Intercept = Annotated[float | None, option("Fix the intercept, 1 for no confounding; else estimated.", "--intercept")]
MaximumChi2 = Annotated[
    float | None, option("Leave out SNPs with a larger chi²; the published rule by default.", "--max-chi2")
]
Blocks = Annotated[int, option("Blocks of the jackknife.", "--blocks", min=2)]
SaveDeleteValues = Annotated[
    Path | None, option("Write the jackknife's delete values to this file.", "--save-delete-values", dir_okay=False)
]


Opened = tuple["Store | None", "Settings", OnProgress]


@contextmanager
def opened_for(context: typer.Context, targets: Sequence[str], *, ld_scores: str | None) -> Iterator[Opened]:
    """Open the graph where a target or the LD scores come from it; a run on files alone never touches it.

    Parameters
    ----------
    targets
        Traits of the graph, or files.
    ld_scores
        As asked for; None means those of the graph.

    Raises
    ------
    StoreError
        When the graph is needed and cannot be reached.
    """
    from services.statistics.targets import is_file

    with opened_unless(context, are_files=ld_scores is not None and all(map(is_file, targets))) as opened:
        yield opened


@contextmanager
def opened_unless(context: typer.Context, *, are_files: bool) -> Iterator[Opened]:
    """Open the settings, and the graph with them, noted in the audit log, unless all that was asked for are files.

    Raises
    ------
    StoreError
        When the graph is needed and cannot be reached.
    """
    if are_files:
        settings = open_settings(context)
        with progress_bar() as on_progress:
            yield None, settings, on_progress
        return
    name = context.info_name or ""
    with noting(open_settings(context), name, context.params), opened_graph(context) as (store, settings, on_progress):
        yield store, settings, on_progress


def check_prevalences(sample: float | None, population: float | None, about: str = "") -> None:
    """Refuse one prevalence without the other, and shares that cannot be.

    Raises
    ------
    WrongUsage
        Naming the option.
    """
    of = f" of {about}" if about else ""
    if (sample is None) != (population is None):
        raise WrongUsage(
            f"--sample-prevalence and --population-prevalence{of} go together: give both, or neither for the "
            "observed scale"
        )
    for name, value in (("--sample-prevalence", sample), ("--population-prevalence", population)):
        if value is not None and not 0.0 < value < 1.0:
            raise WrongUsage(f"{name}{of} is a share between 0 and 1, not {value:g}: 0.01 for 1 in 100")
