"""The load manifest: which files make which study, read and checked before anything is written."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NoReturn

from loaders.builds import canonical_build
from loaders.errors import BuildError, ManifestError, locate
from loaders.manifest_keys import COLUMN_FIELDS, EVIDENCE_KINDS, KINDS, STUDY_KEYS, TOP_KEYS, Key
from loaders.manifest_lines import TOP, KeyLines, find_key_lines

DEFAULT_REFERENCE_BUILD: Final = "GRCh37"
_SIDECARS: Final = (".tbi", ".csi", ".md5", ".sha256", ".yaml", ".yml", ".json", ".log", ".md")


@dataclass(frozen=True)
class StudySpec:
    """One `[[study]]` of a manifest; the meaning of each key stands in `loaders.manifest_keys.STUDY_KEYS`.

    Attributes
    ----------
    paths
        The input files, absolute, in the order in which they are read.
    manifest, line
        Where the study was declared.
    """

    id: str
    kind: str
    paths: tuple[Path, ...]
    manifest: Path = Path("studies.toml")
    line: int = 0
    format: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    build: str | None = None
    build_of_ids: str | None = None
    tissue: str | None = None
    ancestry: str | None = None
    cohorts: tuple[str, ...] = ()
    n: int | None = None
    n_cases: int | None = None
    n_controls: int | None = None
    p_threshold: float | None = None
    statistics: str | None = None
    trait: str | None = None
    trait_id: str | None = None
    trait_name: str | None = None
    unit: str | None = None
    molecule: str | None = None
    model: str | None = None
    array: str | None = None
    only_if_used: bool = False
    name_from: str | None = None
    window_bp: int | None = None
    priority: int = 100
    panel: str | None = None
    separator: str | None = None
    missing: tuple[str, ...] = ()
    keep: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    max_refused_share: float | None = None
    title: str | None = None
    release: str | None = None
    publication: str | None = None
    citation: str | None = None
    licence: str | None = None
    url: str | None = None

    @property
    def where(self) -> str:
        """Place of the declaration, for messages: file, line and study."""
        return f"{locate(self.manifest, self.line or None)} (study {self.id})"

    @property
    def is_evidence(self) -> bool:
        """Whether the study's rows are measured edges from a variant."""
        return self.kind in EVIDENCE_KINDS


@dataclass(frozen=True)
class Manifest:
    """A manifest that passed its checks.

    Attributes
    ----------
    path
        The manifest file, absolute.
    reference_build
        Build of the graph's positions.
    studies
        In the order of the file.
    """

    path: Path
    reference_build: str
    studies: tuple[StudySpec, ...]


def read_manifest(path: Path) -> Manifest:
    """Read and check a load manifest.

    Parameters
    ----------
    path
        A TOML file; the paths in it are relative to its folder.

    Raises
    ------
    ManifestError
        A wrong key, a missing file, an impossible value: with file, line, key and what was wanted.
    """
    text = _read_text(path)
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ManifestError("a manifest must be valid TOML", seen=error, where=path, remedy="mend that line") from error
    checker = _Checker(path.resolve(), find_key_lines(text))
    for key in values:
        checker.check_known(TOP, key, TOP_KEYS, "the top keys of a manifest")
    build = checker.read_build(TOP, "reference_build", values.get("reference_build", DEFAULT_REFERENCE_BUILD))
    tables = values.get("study", [])
    if not isinstance(tables, list) or not tables:
        raise ManifestError(
            "a manifest must hold at least one [[study]]",
            where=path,
            remedy="add a table [[study]] with id, kind, path",
        )
    studies = tuple(checker.read_study(index, table) for index, table in enumerate(tables))
    checker.check_unique_ids(studies)
    return Manifest(checker.path, build, studies)


def _is_data_file(path: Path) -> bool:
    """Tell data from the indexes, checksums and descriptions that lie beside them."""
    return path.is_file() and not path.name.startswith(".") and path.suffix not in _SIDECARS


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise ManifestError("the manifest must exist", seen=path, remedy="check the path") from error
    except (UnicodeDecodeError, IsADirectoryError) as error:
        raise ManifestError(
            "a manifest must be a UTF-8 text file", seen=error, where=path, remedy="save it as UTF-8 text"
        ) from error


@dataclass(frozen=True)
class _Checker:
    """Reads the tables of one manifest; every complaint names file, line and key."""

    path: Path
    lines: KeyLines

    def fail(
        self, study: int, key: str | None, rule: str, *, seen: object = None, remedy: str | None = None
    ) -> NoReturn:
        """Raise a ManifestError that points at a key."""
        where = locate(self.path, self.lines.find(study, key))
        raise ManifestError(rule, seen=seen, where=where if key is None else f"{where}, key {key}", remedy=remedy)

    def read_study(self, index: int, table: Mapping[str, Any]) -> StudySpec:
        """Check one `[[study]]` table."""
        if not isinstance(table, Mapping):
            self.fail(
                TOP,
                "study",
                "study must be written as [[study]] tables",
                seen=repr(table),
                remedy="write [[study]] above the keys of each",
            )
        for key in table:
            self.check_known(index, key, STUDY_KEYS, "the keys of a study")
        for key in ("id", "kind"):
            if key not in table:
                self.fail(index, None, f"a study must have the key {key}", remedy=f"add {key} = ...")
        values = {key: self.read_value(index, key, value) for key, value in table.items()}
        if values["kind"] not in KINDS:
            self.check_known(index, "kind", KINDS, "the kinds of studies", word=values["kind"])
        self.check_consistency(index, values)
        paths = self.find_paths(index, values)
        rest = {key: value for key, value in values.items() if key not in ("path", "paths", "id", "kind")}
        return StudySpec(
            values["id"], values["kind"], paths, manifest=self.path, line=self.lines.find(index) or 0, **rest
        )

    def read_value(self, index: int, key: str, value: object) -> Any:
        """Check the type and range of one value, and return it in its canonical form."""
        wanted = STUDY_KEYS[key]
        if not wanted.accepts(value):
            self.fail(index, key, f"{key} must be {wanted.wants}", seen=repr(value), remedy="mend that value")
        if wanted.is_build:
            return self.read_build(index, key, value)
        if isinstance(value, list):
            return tuple(value)
        if key == "keep" and isinstance(value, Mapping):
            return {name: (cell,) if isinstance(cell, str) else tuple(cell) for name, cell in value.items()}
        return value

    def read_build(self, index: int, key: str, value: object) -> str:
        """Return the canonical name of a genome build."""
        try:
            return canonical_build(str(value))
        except BuildError as error:
            self.fail(index, key, error.rule, seen=error.seen, remedy=error.remedy)

    def check_known(
        self, index: int, key: str, known: Mapping[str, Key] | Sequence[str], what: str, *, word: str | None = None
    ) -> None:
        """Refuse a word that is not among the known ones, with a "did you mean"."""
        shown = key if word is None else word
        if shown in known:
            return
        close = difflib.get_close_matches(shown, list(known), n=1, cutoff=0.5)
        hint = f"did you mean {close[0]}? " if close else ""
        self.fail(index, key, f"{shown} is not known among {what}", remedy=f"{hint}Known: {', '.join(sorted(known))}")

    def check_consistency(self, index: int, values: Mapping[str, Any]) -> None:
        """Check what one key demands of another."""
        kind = values["kind"]
        for name in values.get("columns", {}):
            self.check_known(index, f"columns.{name}", COLUMN_FIELDS[kind], f"the columns of kind {kind}", word=name)
        if values.get("format") is not None and values.get("columns"):
            self.fail(index, "columns", "a study has either a format or columns, not both", remedy="remove one of them")
        if values.get("trait") is not None and values.get("trait_id") is not None:
            self.fail(index, "trait_id", "a study has either trait or trait_id, not both", remedy="remove one of them")
        columns = values.get("columns", {})
        effects = [name for name in ("effect_size", "z_score", "odds_ratio", "hazard_ratio") if name in columns]
        if kind in EVIDENCE_KINDS and effects and "effect_allele" not in columns:
            self.fail(
                index,
                f"columns.{effects[0]}",
                "a signed effect needs its effect allele",
                seen=f"{effects[0]} without effect_allele",
                remedy="add columns.effect_allele and columns.other_allele, or leave the effect out to load the "
                "study unsigned",
            )

    def find_paths(self, index: int, values: Mapping[str, Any]) -> tuple[Path, ...]:
        """Resolve path or paths: files, globs, folders, relative to the manifest."""
        if ("path" in values) == ("paths" in values):
            self.fail(index, None, "a study must have either path or paths", remedy='add path = "file.tsv.gz"')
        key = "path" if "path" in values else "paths"
        names = (values["path"],) if key == "path" else values["paths"]
        if not names:
            self.fail(
                index, key, "paths must name at least one file", seen="[]", remedy='write paths = ["file.tsv.gz"]'
            )
        return tuple(file for name in names for file in self.expand_path(index, key, name))

    def expand_path(self, index: int, key: str, name: str) -> list[Path]:
        """Expand one file, glob or folder to files."""
        try:
            path = self.path.parent / Path(name).expanduser()
            if path.is_file():
                return [path]
        except (OSError, ValueError, RuntimeError) as error:  # too long, a zero byte, a home of nobody
            self.fail(index, key, "a path must be one that the system can have", seen=error, remedy="correct it")
        if path.is_dir():
            files = sorted(file for file in path.iterdir() if _is_data_file(file))
        elif any(mark in name for mark in "*?["):
            anchor = Path(path.anchor)
            files = sorted(file for file in anchor.glob(str(path.relative_to(anchor))) if _is_data_file(file))
        else:
            self.fail_missing_file(index, key, path)
        if not files:
            self.fail(
                index,
                key,
                "a folder or pattern must hold at least one file",
                seen=path,
                remedy="check the path; it is relative to the manifest",
            )
        return files

    def fail_missing_file(self, index: int, key: str, path: Path) -> NoReturn:
        """Raise for a missing file, naming a neighbour with a similar name."""
        neighbours = [file.name for file in path.parent.iterdir()] if path.parent.is_dir() else []
        close = difflib.get_close_matches(path.name, neighbours, n=1)
        hint = f"did you mean {close[0]}? " if close else ""
        self.fail(index, key, "the file must exist", seen=path, remedy=f"{hint}Paths are relative to the manifest")

    def check_unique_ids(self, studies: Sequence[StudySpec]) -> None:
        """Refuse two studies of one id."""
        first: dict[str, StudySpec] = {}
        for index, study in enumerate(studies):
            if study.id in first:
                self.fail(
                    index,
                    "id",
                    "every study must have an id of its own",
                    seen=f"{study.id}, also at line {first[study.id].line}",
                    remedy="rename one of them",
                )
            first[study.id] = study
