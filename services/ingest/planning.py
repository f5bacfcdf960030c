"""Decides what a manifest changes: which of its studies are loaded as they are, and which make a new load."""

from collections.abc import Sequence
from dataclasses import dataclass

from loaders.evidence_source import plan_files
from loaders.manifest import Manifest, StudySpec
from loaders.prepare import fingerprint_study
from services.graph.connections import Progress
from services.ingest.records import EDGE_KINDS, KIND_ORDER, LoadRecord, find_record, load_id_of
from services.ingest.state import StateFolder


@dataclass(frozen=True)
class PlannedLoad:
    """What loading a manifest means for one of its studies.

    Attributes
    ----------
    spec
        The study.
    load_id
        The load that its present files and settings make.
    active_load_id
        The load of the study that readers see; None for a study that is not loaded.
    """

    spec: StudySpec
    load_id: str
    active_load_id: str | None

    @property
    def is_unchanged(self) -> bool:
        """Whether readers see this very load."""
        return self.load_id == self.active_load_id


def plan_loads(
    manifest: Manifest, active: Sequence[LoadRecord], *, on_progress: Progress | None = None
) -> tuple[PlannedLoad, ...]:
    """Compare every study of a manifest with what is loaded, in the order in which studies are prepared.

    Parameters
    ----------
    active
        The loads that readers see.

    Raises
    ------
    LoadError
        When an input file cannot be read.
    """
    loaded = {record.study_id: record.load_id for record in active}
    specs = sorted(manifest.studies, key=lambda spec: (KIND_ORDER.index(spec.kind), spec.id))
    planned = []
    for number, spec in enumerate(specs):
        if on_progress is not None:
            on_progress(number, len(specs), f"fingerprinting {spec.id}")
        load_id = load_id_of(spec, fingerprint_study(spec), manifest.reference_build)
        planned.append(PlannedLoad(spec, load_id, loaded.get(spec.id)))
    return tuple(planned)


def check_headers(planned: Sequence[PlannedLoad]) -> None:
    """See that the columns of every evidence file fit, before the first of them is read as a whole.

    Raises
    ------
    LoadError
        When they do not, naming file and columns.
    """
    for item in planned:
        if item.spec.kind in EDGE_KINDS:
            plan_files(item.spec)


def missing_loads(state: StateFolder, planned: Sequence[PlannedLoad]) -> list[PlannedLoad]:
    """The planned loads whose files are not prepared."""
    return [item for item in planned if find_record(state, item.load_id) is None]
