"""What attaching a scan or REML to the graph answers."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from services.statistics.values import to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attached:
    """What every attachment says of itself.

    Attributes
    ----------
    status
        computed: a new run is shown; unchanged: the same run was shown already.
    run_id, release
        The run that readers see, and the release that shows it.
    model
        Of the run.
    flags
        What to know before use.
    seconds
        Wall time.
    """

    status: Literal["computed", "unchanged"]
    run_id: str
    release: int
    model: str
    flags: tuple[str, ...]
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """Render as plain JSON values; a number that is none becomes null."""
        rendered: dict[str, Any] = to_json(asdict(self))
        return rendered


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedScan(_Attached):
    """A scan in the graph.

    Attributes
    ----------
    study_id, load_id, load_status
        The study that its table is, its load, and whether that was loaded, replaced or unchanged.
    trait_id, trait_name, is_new_trait, build
        The trait, its name, whether this call brought it into the graph, and the build of the positions.
    n_people, n_rows, n_kept, n_edges
        People; SNPs of the table, those in the study's full table, and those below the p threshold.
    left_out
        SNPs of the table that the study does not keep, by reason, such as a position beyond the chromosome's end.
    p_threshold, test, lambda_gc
        Of the edges; the test that gave p, and its genomic control.
    method, is_loco, h2, h2_se
        Of the model; h2 is None for one without kinship.
    n_snps
        SNP nodes that carry the scan's result.
    """

    study_id: str
    load_id: str
    load_status: str
    trait_id: str
    trait_name: str | None
    is_new_trait: bool
    build: str
    n_people: int
    n_rows: int
    n_kept: int
    n_edges: int
    left_out: Mapping[str, int]
    p_threshold: float
    test: str
    lambda_gc: float | None
    method: str
    is_loco: bool
    h2: float | None
    h2_se: float | None
    n_snps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedReml(_Attached):
    """REML in the graph.

    Attributes
    ----------
    trait_ids, trait_names
        The trait, or the two of a genetic correlation in the order of the estimate.
    is_converged, reason
        Whether the maximum was found, and where not why; then nothing was written on the traits.
    n_people
        People analysed.
    h2, h2_se
        Of one trait; None for two.
    parts, shares, share_ses
        Names, shares of variance and their errors; empty for two traits.
    rg, rg_se
        Of two traits; None for one.
    """

    trait_ids: tuple[str, ...]
    trait_names: tuple[str | None, ...]
    is_converged: bool
    reason: str
    n_people: int
    h2: float | None
    h2_se: float | None
    parts: tuple[str, ...]
    shares: tuple[float | None, ...]
    share_ses: tuple[float | None, ...]
    rg: float | None
    rg_se: float | None
