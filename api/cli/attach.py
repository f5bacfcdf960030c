"""``locusgraph attach``: results of ``gwas``, ``reml`` and ``qtl`` in files, brought into the graph."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from api.cli.attach_options import TRAIT_HELP, Build, ScanWords, StudyId
from api.cli.attached import show_attached_qtl, show_attached_reml, show_attached_scan
from api.cli.errors import WrongUsage
from api.cli.opening import opened_graph
from api.cli.option import option
from api.cli.output import AsJson, print_json
from api.cli.progress import OnProgress
from api.cli.statistics_options import PANEL

if TYPE_CHECKING:
    from services.graph.store import Store
    from services.mixed_models import AttachedQtl, AttachedReml, AttachedScan
    from services.settings import Settings

EXAMPLE = (
    "Example: [bold]locusgraph attach height.gwas.run.json --trait EFO:0004339 --build GRCh37[/bold], after "
    "[bold]locusgraph gwas ... --out height[/bold], maybe on another machine"
)


_OF_SCANS: Final = ("build", "study", "p_threshold", "trait_name", "unit", "ancestry")
_OF_MAPS: Final = ("kind", "tissue", "significant")


@dataclass(frozen=True, slots=True)
class Words:
    """What was typed after the file."""

    traits: tuple[str, ...]
    build: str | None
    study: str | None
    p_threshold: float | None
    trait_name: str | None
    unit: str | None
    ancestry: str | None
    kind: str | None = None
    tissue: str | None = None
    significant: bool | None = None

    def check_reml(self) -> None:
        """Refuse words that are about a scan or a map alone.

        Raises
        ------
        WrongUsage
            Naming them, or without a trait.
        """
        self._refuse(_OF_SCANS, "is about a scan, and this file is REML's")
        self._check_trait()

    def check_map(self) -> tuple[str, str]:
        """Kind and build of a map of molecular traits.

        Raises
        ------
        WrongUsage
            Without one of them, or naming words that are about a scan.
        """
        traits = ("--trait",) if self.traits else ()
        self._refuse(("trait_name", "unit", "ancestry"), "is about a scan, and this file is a map's", traits)
        if self.kind is None or self.build is None:
            lacking = "--kind eqtl or --kind mqtl" if self.kind is None else "--build"
            raise WrongUsage(f"{lacking} is needed to attach a map of molecular traits: its table does not say it")
        return self.kind, self.build

    def _check_trait(self) -> None:
        self._refuse(_OF_MAPS, "is about a map of molecular traits, and this file is none")
        if not self.traits:
            raise WrongUsage("--trait is needed: name the trait that the results are of")

    def _refuse(self, names: tuple[str, ...], why: str, more: tuple[str, ...] = ()) -> None:
        given = [f"--{name.replace('_', '-')}" for name in names if getattr(self, name) is not None]
        if more or given:
            raise WrongUsage(f"{', '.join((*more, *given))} {why}: leave it out")

    def to_scan(self) -> ScanWords:
        """As words about a scan.

        Raises
        ------
        WrongUsage
            With several traits.
        """
        self._check_trait()
        if len(self.traits) > 1:
            raise WrongUsage(f"a scan is of one trait: give --trait once, not {len(self.traits)} times")
        return ScanWords(
            trait=self.traits[0],
            build=self.build,
            study=self.study,
            p_threshold=self.p_threshold,
            trait_name=self.trait_name,
            unit=self.unit,
            ancestry=self.ancestry,
        )


Prepared = Callable[["Store", "Settings", OnProgress], Any]


@dataclass(frozen=True, slots=True)
class Attacher:
    """How the results of one command come into the graph.

    Attributes
    ----------
    prepare
        Checks the words before the graph is opened; gives what then attaches the file.
    show
        Prints the report.
    """

    prepare: Callable[[Path, Words], Prepared]
    show: Callable[[Any], None]


def add_commands(app: typer.Typer) -> None:
    """Add ``attach``."""
    app.command(rich_help_panel=PANEL, epilog=EXAMPLE)(attach)


def attach(  # noqa: PLR0913, PLR0917 (one parameter an option)
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="PREFIX.gwas.run.json, .reml.run.json or .qtl.run.json.")
    ],
    trait: Annotated[
        list[str] | None,
        option(f"{TRAIT_HELP}; of a genetic correlation two, in its order; not of a map.", "--trait"),
    ] = None,
    build: Build = None,
    study: StudyId = None,
    p_threshold: Annotated[
        float | None, option("Rows with a smaller p become edges; 5e-8 by default, of mqtl 1e-8.", "--p-threshold")
    ] = None,
    trait_name: Annotated[str | None, option("Name of a scan's trait, where it is new.", "--trait-name")] = None,
    unit: Annotated[str | None, option("Unit of a scan's effects.", "--unit")] = None,
    ancestry: Annotated[str | None, option("Ancestry of a scan's people.", "--ancestry")] = None,
    kind: Annotated[str | None, option("Of a map: eqtl (genes) or mqtl (CpGs).", "--kind")] = None,
    tissue: Annotated[str | None, option("Tissue or cell type of a map.", "--tissue")] = None,
    significant: Annotated[
        bool, option("Of a map: the pairs alone that are significant with their gene, all as edges.", "--significant")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring the results of gwas, reml or qtl from files into the graph.

    A scan's table becomes a study with complete statistics, and the trait and its SNPs carry what the scan found; the
    shares of variance of a REML become properties of the trait; the pairs of a map become an eQTL or mQTL study. The
    same files again change nothing.
    """
    attacher = find_attacher(file)
    of_map = kind, tissue, significant or None
    words = Words(tuple(trait or ()), build, study, p_threshold, trait_name, unit, ancestry, *of_map)
    prepared = attacher.prepare(file, words)
    with opened_graph(context) as (store, settings, on_progress):
        report = prepared(store, settings, on_progress)
    if as_json:
        print_json(report.to_dict())
    else:
        attacher.show(report)


def find_attacher(file: Path) -> Attacher:
    """What attaches a file, by its ending.

    Raises
    ------
    WrongUsage
        When nothing attaches files of this ending.
    """
    found = next((attacher for ending, attacher in ATTACHERS.items() if file.name.endswith(ending)), None)
    if found is None:
        raise WrongUsage(
            f"{file.name} is no description of results: name the file that ends in {' or '.join(ATTACHERS)}, which "
            "--out PREFIX wrote"
        )
    return found


def _prepare_scan(file: Path, words: Words) -> Prepared:
    from services.mixed_models import attach_scan

    request = words.to_scan().to_request()

    def run(store: "Store", settings: "Settings", on_progress: OnProgress) -> "AttachedScan":
        return attach_scan(store, settings, file, request, on_progress=on_progress)

    return run


def _prepare_reml(file: Path, words: Words) -> Prepared:
    from services.mixed_models import attach_reml

    words.check_reml()

    def run(store: "Store", settings: "Settings", on_progress: OnProgress) -> "AttachedReml":
        return attach_reml(store, settings, file, traits=words.traits, on_progress=on_progress)

    return run


def _prepare_map(file: Path, words: Words) -> Prepared:
    from services.mixed_models import attach_qtl

    kind, build = words.check_map()

    def run(store: "Store", settings: "Settings", on_progress: OnProgress) -> "AttachedQtl":
        return attach_qtl(
            store,
            settings,
            file,
            kind=kind,
            build=build,
            study=words.study,
            tissue=words.tissue,
            p_threshold=words.p_threshold,
            is_significant_only=words.significant is True,
            on_progress=on_progress,
        )

    return run


ATTACHERS: Final[Mapping[str, Attacher]] = {
    ".gwas.run.json": Attacher(_prepare_scan, show_attached_scan),
    ".reml.run.json": Attacher(_prepare_reml, show_attached_reml),
    ".qtl.run.json": Attacher(_prepare_map, show_attached_qtl),
}
"""What attaches the results that end so."""
