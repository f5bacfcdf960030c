"""Which LD scores a regression runs on: the current release's, those of a run that is named, or files."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from services.graph.store import Store
from services.registry import sha256_of
from services.releases import current_release
from services.runs import ModelRun, active_runs, list_runs
from services.settings import Settings
from services.statistics.errors import NoLdScores
from services.statistics.reference import (
    REFERENCE_NAME,
    LdReference,
    LdReferenceFiles,
    open_reference_files,
    read_reference_run,
    read_weights,
)
from services.statistics.requests import RegressionRequest
from services.statistics.runs import LD_SCORES, check_folder, studies_of_run


@dataclass(frozen=True, slots=True)
class LdChoice:
    """LD scores for a regression.

    Attributes
    ----------
    reference
        The LD scores.
    weights
        rsid and weight_ld; None for the reference's first column.
    label
        Run or files, for people.
    inputs
        sha256 of what they were read from, by name.
    studies
        Load of each study that they were made from, by study.
    """

    reference: LdReference | LdReferenceFiles
    weights: pl.DataFrame | None
    label: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    studies: Mapping[str, str] = field(default_factory=dict)

    @property
    def run_id(self) -> str | None:
        """The run that made them; None for files."""
        return self.reference.run_id


def choose_ld_scores(
    store: Store | None, settings: Settings, request: RegressionRequest, *, ancestry: str | None = None
) -> LdChoice:
    """Find the LD scores that a request means.

    Parameters
    ----------
    ancestry
        Of the trait's study; of several runs the one of a panel of this ancestry is taken, else the newest.

    Raises
    ------
    NoLdScores
        When there are none.
    InputsError, RunDamaged
        When they cannot be used.
    """
    weights = None if request.weights is None else read_weights(request.weights)
    inputs = {} if request.weights is None else {"weights": hash_prefix(request.weights)}
    if request.ld_scores is None:
        run = _choose_run(store, ancestry)
        return _of_run(settings, run.run_id, run, weights, inputs)
    if (settings.home / "runs" / request.ld_scores / REFERENCE_NAME).exists():
        known = [] if store is None else list_runs(store)
        found = next((run for run in known if run.run_id == request.ld_scores), None)
        return _of_run(settings, request.ld_scores, found, weights, inputs)
    return _of_files(request, weights, inputs)


def first_column(choice: LdChoice) -> LdReference | LdReferenceFiles:
    """The base column alone, for a regression on one LD score.

    Raises
    ------
    NoLdScores
        When files hold several columns, none of which is known to be the base.
    """
    reference = choice.reference
    if len(reference.names) == 1:
        return reference
    if reference.run_id is None and reference.names[0] not in ("base", "baseL2", "L2"):
        raise NoLdScores(
            f"a heritability needs one LD score a SNP, and {choice.label} has {len(reference.names)} columns whose "
            f"first is {reference.names[0]!r}: give LD scores without annotations, or divide the heritability with "
            "`locusgraph partition`"
        )
    whole = reference if isinstance(reference, LdReference) else reference.collect()
    base = whole.names[:1]
    return dataclasses.replace(
        whole,
        names=base,
        table=whole.table.drop(whole.names[1:]),
        m=None if whole.m is None else whole.m[:1],
        m_5_50=None if whole.m_5_50 is None else whole.m_5_50[:1],
        overlap=None,
        overlap_5_50=None,
        annotation_sd_5_50=None,
    )


def _choose_run(store: Store | None, ancestry: str | None) -> ModelRun:
    runs: Sequence[ModelRun] = () if store is None else active_runs(store, LD_SCORES)
    if not runs:
        raise NoLdScores(
            "there are no LD scores to regress on: run `locusgraph ldscore PANEL` first, or name files with --ld-scores"
        )
    same = [run for run in runs if ancestry is not None and json.loads(run.settings).get("ancestry") == ancestry]
    return max(same or runs, key=lambda run: (run.finished_at or "", run.run_id))


def _of_run(
    settings: Settings, run_id: str, run: ModelRun | None, weights: pl.DataFrame | None, inputs: Mapping[str, str]
) -> LdChoice:
    check_folder(settings, run_id)
    reference = read_reference_run(settings, run_id)
    studies = {} if run is None else _loads_of(run)
    fingerprint = run_id if run is None else run.fingerprint
    return LdChoice(reference, weights, f"run {run_id}", {"ld_scores": fingerprint, **inputs}, studies)


def _loads_of(run: ModelRun) -> dict[str, str]:
    """Load of each study that a run of LD scores was made from."""
    loads: dict[str, str] = json.loads(run.settings).get("loads", {})
    return {study: loads[study] for study in studies_of_run(run) if study in loads}


def _of_files(request: RegressionRequest, weights: pl.DataFrame | None, inputs: Mapping[str, str]) -> LdChoice:
    prefix = str(request.ld_scores)
    named = {"ld_scores": prefix, "frequencies": request.frequencies, "annotations": request.annotation_files}
    hashed = {name: hash_prefix(each) for name, each in named.items() if each is not None}
    reference = open_reference_files(prefix, frq=request.frequencies, annot=request.annotation_files)
    return LdChoice(reference, weights, prefix, {**hashed, **inputs})


def hash_prefix(prefixes: str) -> str:
    """Sha256 over the checksums of all files that begin with some prefixes, by name."""
    digest = hashlib.sha256()
    for prefix in prefixes.split(","):
        start = Path(prefix.strip().split("@", maxsplit=1)[0])
        folder, stem = (start, "") if prefix.endswith("/") else (start.parent, start.name)
        for path in sorted(folder.glob("*")) if folder.is_dir() else ():
            if path.is_file() and path.name.startswith(stem):
                digest.update(f"{path.name}={sha256_of(path)}\n".encode())
    return digest.hexdigest()


def is_stale(store: Store, run: ModelRun) -> bool:
    """Whether a study that a run was made from was loaded anew since."""
    return not {*run.load_ids} <= {*current_release(store).load_ids}
