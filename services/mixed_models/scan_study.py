"""The study that a scan becomes in the graph: its id, its trait, and how the columns of its table are read."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from loaders.builds import canonical_build
from loaders.manifest import StudySpec
from loaders.manifest_keys import KINDS, STUDY_KEYS
from loaders.targets import canonical_trait
from services.graph.store import Store
from services.mixed_models.errors import AttachError
from services.mixed_models.run_files import SCAN_RUN
from services.mixed_models.run_reading import WrittenRun
from services.search.errors import TraitNotResolved
from services.search.traits import AmbiguousTrait, Trait, resolve_trait

COLUMNS_OF_A_TABLE: Final = {
    "chromosome": "chromosome",
    "rsid": "rsid",
    "position_bp": "position_bp",
    "effect_allele": "effect_allele",
    "other_allele": "other_allele",
    "effect_allele_frequency": "frequency",
    "n_samples": "n",
    "effect_size": "beta",
    "standard_error": "se",
}
"""Columns of a table of a scan or a map, by their names in a manifest."""
_OF_MIXED_MODELS: Final = {"exact", "p3d"}
_LOG_ODDS: Final = "log odds"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanAttachment:
    """What a scan is in the graph.

    Attributes
    ----------
    trait
        Id or name of a trait of the graph, an ontology id, or a name of its own, which then belongs to the study.
    build
        Genome build of the positions: the table names none.
    study
        Id of the study; None: made from the scan and the trait.
    p_threshold
        SNPs with a smaller p become edges.
    trait_name
        Name of the trait; None: the name of its own, or the column of the phenotypes.
    unit
        Unit of the effect; None: log odds for cases and controls, else unsaid.
    ancestry
        Of the people, for the choice of LD scores.
    """

    trait: str
    build: str
    study: str | None = None
    p_threshold: float = 5e-8
    trait_name: str | None = None
    unit: str | None = None
    ancestry: str | None = None

    def __post_init__(self) -> None:
        """Check every choice.

        Raises
        ------
        AttachError
            Naming the one that cannot be.
        BuildError
            When the build is none that the graph knows.
        """
        object.__setattr__(self, "build", canonical_build(self.build))
        for key, value in (("id", self.study), ("trait", self.trait), ("p_threshold", self.p_threshold)):
            if value is not None and not STUDY_KEYS[key].accepts(value):
                name = "study" if key == "id" else key
                raise AttachError(f"{name} must be {STUDY_KEYS[key].wants}", seen=repr(value))


@dataclass(frozen=True, slots=True)
class ScanTrait:
    """The trait of a scan.

    Attributes
    ----------
    key
        Id of an ontology's term or of a trait of the graph, else the text that was given.
    name
        Its name in the graph; None where it has none.
    is_known
        Whether the graph has it.
    """

    key: str
    name: str | None
    is_known: bool

    @property
    def is_term(self) -> bool:
        """Whether it is a term of an ontology, which belongs to no study."""
        return not canonical_trait(self.key, "").startswith("/")


def find_scan_trait(store: Store, text: str) -> ScanTrait:
    """The trait that a text names, if the graph has it.

    Raises
    ------
    TraitNotResolved
        When several traits fit.
    """
    term = canonical_trait(text, "").removeprefix("/")
    found = resolve_trait(store, term)
    if isinstance(found, AmbiguousTrait):
        raise TraitNotResolved(found.message)
    new = ScanTrait(term, None, is_known=False)
    if isinstance(found, Trait) and (found.trait_id == term or not new.is_term):
        return ScanTrait(found.trait_id, found.name, is_known=True)
    return new


def describe_scan_study(run: WrittenRun, request: ScanAttachment, trait: ScanTrait) -> StudySpec:
    """The manifest entry of a scan.

    Parameters
    ----------
    run
        The scan.
    request
        Choices.
    trait
        From `find_scan_trait`.

    Notes
    -----
    The entry of the same scan and trait stays the same once the graph knows both, so that attaching again changes
    nothing.
    """
    results = run.results
    study = request.study or study_id_of(run, trait.key)
    is_foreign = trait.is_known and not trait.is_term and not trait.key.startswith(f"{study}/")
    name = trait.key.removeprefix(f"{study}/")
    own_name = None if is_foreign or trait.is_term else name
    return StudySpec(
        study,
        "gwas",
        (run.table_path,),
        manifest=Path(run.path.name),
        columns={**COLUMNS_OF_A_TABLE, "neg_log10_p": f"neg_log10_p_{results['judged_by']}"},
        build=request.build,
        ancestry=request.ancestry,
        n=results["n_people"],
        n_cases=results["n_cases"],
        n_controls=results["n_controls"],
        p_threshold=request.p_threshold,
        statistics="complete",
        trait=None if is_foreign else name,
        trait_id=trait.key if is_foreign else None,
        trait_name=request.trait_name or own_name or trait.name or str(results["trait"]),
        unit=request.unit or (None if results["n_cases"] is None else _LOG_ODDS),
        model=model_of(results["method"], is_loco=results["is_loco"]),
    )


def trait_of_study(spec: StudySpec) -> str:
    """Id of the trait that the study's edges end at."""
    return spec.trait_id or canonical_trait(str(spec.trait), spec.id)


def study_id_of(run: WrittenRun, trait: str) -> str:
    """``lmm-`` and 16 hexadecimal digits that the table, the settings of the scan and the trait make.

    A trait that this very scan brought into the graph counts by its name, so that its id names the same study.
    """
    scope, _, name = trait.partition("/")
    own = _hashed(run, name)
    return own if scope == own else _hashed(run, trait)


def model_of(method: str, *, is_loco: bool) -> str:
    """Name of the statistical model on the edges, such as lmm_exact_loco."""
    kind = f"lmm_{method}" if method in _OF_MIXED_MODELS else method.replace("-", "_")
    return f"{kind}_loco" if is_loco else kind


def check_build(run: WrittenRun, request: ScanAttachment) -> None:
    """Refuse another build than the one that the scan was told, for the parts of X.

    Raises
    ------
    AttachError
        When the two differ.
    """
    told = run.settings.get("build")
    if told is not None and told != request.build:
        raise AttachError(
            "a scan has one genome build", seen=f"{told} when it was made, {request.build} now", where=run.path,
            remedy="name the build of the positions, or scan again with it",
        )  # fmt: skip


def check_study_is_free(store: Store, study: str, load_ids: Sequence[str]) -> None:
    """Refuse to replace a loaded study that is no scan of people.

    Raises
    ------
    AttachError
        When the id is that of such a study.
    """
    rows = store.read("statistics/studies", kinds=list(KINDS), load_ids=list(load_ids))
    taken = next((row for row in rows if row["study_id"] == study), None)
    if taken is not None and not _is_scan(taken):
        raise AttachError(
            "a scan may take the place of a scan alone",
            seen=f"study {study} of kind {taken['kind']}, loaded from a manifest",
            remedy="name another study, or remove that one first",
        )


def _is_scan(row: Mapping[str, Any]) -> bool:
    return str(json.loads(row["settings"] or "{}").get("manifest", "")).endswith(SCAN_RUN)


def _hashed(run: WrittenRun, trait: str) -> str:
    content = [run.table["sha256"], run.choices, trait]
    return f"lmm-{hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]}"
