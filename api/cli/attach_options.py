"""Options by which results of people's genotypes are brought into the graph, right after an analysis or later."""

import dataclasses
from typing import TYPE_CHECKING, Annotated

from api.cli.errors import WrongUsage
from api.cli.option import option

if TYPE_CHECKING:
    from services.mixed_models import ScanAttachment

ATTACH_PANEL = "Into the graph"
TRAIT_HELP = "Trait of the graph (id or name), an ontology id such as EFO:0004339, or a new name"

AttachTo = Annotated[
    str | None,
    option(f"Bring the results into the graph: {TRAIT_HELP}.", "--attach", rich_help_panel=ATTACH_PANEL),
]
AttachToAll = Annotated[
    list[str] | None,
    option(
        "Bring the results into the graph: id or name of a trait that it has; of two traits give two, in the order of "
        "--trait.",
        "--attach",
        rich_help_panel=ATTACH_PANEL,
    ),
]
Build = Annotated[
    str | None,
    option("Genome build of the positions, such as GRCh37.", "--build", rich_help_panel=ATTACH_PANEL),
]
StudyId = Annotated[
    str | None,
    option(
        "Id of the study that it becomes; made from the results by default.",
        "--study",
        rich_help_panel=ATTACH_PANEL,
    ),
]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ScanWords:
    """What a command says of a scan in the graph, as it was typed."""

    trait: str
    build: str | None
    study: str | None = None
    p_threshold: float | None = None
    trait_name: str | None = None
    unit: str | None = None
    ancestry: str | None = None

    def to_request(self) -> "ScanAttachment":
        """The choices of the service.

        Raises
        ------
        WrongUsage
            Without a build.
        """
        from services.mixed_models import ScanAttachment

        if self.build is None:
            raise WrongUsage("--build is needed to attach a scan: its table does not say of which build positions are")
        given = {name: value for name, value in dataclasses.asdict(self).items() if value is not None}
        return ScanAttachment(**given)


def scan_words(attach: str | None, build: str | None, study: str | None) -> ScanWords | None:
    """The words of a scan that is to be attached; None where it is not.

    Raises
    ------
    WrongUsage
        Where words about the graph come without ``--attach``.
    """
    if attach is not None:
        return ScanWords(trait=attach, build=build, study=study)
    given = [name for name, value in (("--build", build), ("--study", study)) if value is not None]
    if given:
        raise WrongUsage(f"{' and '.join(given)} says what a scan is in the graph: give --attach TRAIT too")
    return None
