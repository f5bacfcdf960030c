"""Options of the commands on files of people, and how their losses and files are shown."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from api.cli.estimates import print_known, quoted, show_counts
from api.cli.option import option
from api.cli.output import stdout

if TYPE_CHECKING:
    from services.mixed_models import PeopleRequest, QtlReport, RemlReport, ScanReport

NO_CODE = "none"
_NOT_LOST = {"n_genotyped", "n_matched", "n_traits_not_genotyped", "n_covariates_not_genotyped"}


def _file(text: str, *names: str) -> Any:
    return option(text, *names, exists=True, dir_okay=False)


Genotypes = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, help="A .bed, .pgen, .bgen or mean genotypes (.geno.txt.gz).")
]
Phenotypes = Annotated[
    Path, _file("Table with FID, IID and traits, or a .fam, whose traits are trait_1, trait_2, ….", "--phenotypes")
]
Covariates = Annotated[Path | None, _file("Table with FID, IID and covariates.", "--covariates")]
CovariateNames = Annotated[
    list[str] | None, option("Covariate to use; may be repeated; all by default.", "--covariate")
]
Categorical = Annotated[list[str] | None, option("Covariate that is a word; may be repeated.", "--categorical")]
Keep = Annotated[Path | None, _file("Analyse these people alone: FID and IID a line.", "--keep")]
Remove = Annotated[Path | None, _file("Leave these people out.", "--remove")]
MissingCode = Annotated[
    str, option("Number for an unknown trait beside NA; none: every number is a value.", "--missing-code")
]
Out = Annotated[Path | None, option("Prefix of the files to write.", "--out", dir_okay=False)]


def people_request(  # noqa: PLR0913 (one parameter an option)
    genotypes: Path,
    phenotypes: Path,
    *,
    traits: tuple[str, ...],
    covariates: Path | None,
    names: list[str] | None,
    categorical: list[str] | None,
    keep: Path | None,
    remove: Path | None,
    missing_code: str,
) -> "PeopleRequest":
    """The choice of files and people.

    Raises
    ------
    RequestError
        When choices contradict each other.
    """
    from services.mixed_models import PeopleRequest

    return PeopleRequest(
        genotypes=genotypes,
        phenotypes=phenotypes,
        traits=traits,
        covariates=covariates,
        covariate_names=tuple(names or ()),
        categorical=tuple(categorical or ()),
        keep=keep,
        remove=remove,
        missing_code=_read_code(missing_code),
    )


def _read_code(text: str) -> float | None:
    if text == NO_CODE:
        return None
    try:
        return float(text)
    except ValueError as error:
        from api.cli.errors import WrongUsage

        raise WrongUsage(f"--missing-code is a number or {NO_CODE}, not {text!r}") from error


def people_facts(report: "ScanReport | RemlReport | QtlReport") -> dict[str, object]:
    """Who was analysed, and who was lost where."""
    counts = report.sample_counts
    lost = {name.removeprefix("n_"): number for name, number in counts.items() if name not in _NOT_LOST}
    beyond = {name.removeprefix("n_"): counts[name] for name in _NOT_LOST if name.endswith("not_genotyped")}
    return {
        "genotypes": report.genotypes,
        "phenotypes": report.phenotypes,
        "covariates": ", ".join(report.covariates) or None,
        "people genotyped": counts["n_genotyped"],
        "people left out": show_counts(lost),
        "people of tables without genotypes": show_counts(beyond) if any(beyond.values()) else None,
        "people analysed": report.n_people,
    }


def files_again(report: "ScanReport | RemlReport") -> str:
    """The words that name the same files again."""
    words = [quoted(report.genotypes), "--phenotypes", quoted(report.phenotypes)]
    if report.covariate_table is not None:
        words += ["--covariates", quoted(report.covariate_table)]
    words += [word for name in report.covariate_names for word in ("--covariate", quoted(name))]
    words += [word for name in report.categorical for word in ("--categorical", quoted(name))]
    return " ".join(words)


def print_people(title: str, facts: Mapping[str, object]) -> None:
    """Print a title and what is known."""
    stdout().print(f"[bold]{escape(title)}[/bold]")
    print_known(facts)


def print_notes_and_files(report: "ScanReport | RemlReport | QtlReport") -> None:
    """Print what a reader should know, and the files that were written."""
    for note in report.notes:
        stdout().print(f"[yellow]note[/yellow]  {escape(note)}", soft_wrap=True)
    for file in report.files:
        stdout().print(f"written  {file}", markup=False, soft_wrap=True)
