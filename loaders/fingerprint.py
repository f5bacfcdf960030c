"""Fingerprint of a study: its files' checksums and every setting that changes what is written."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from loaders.file_facts import find_description
from loaders.manifest import StudySpec

LOADER_VERSION: Final = 1
"""Raise it when the same file and settings give another table: every study is then loaded anew."""

_NOT_SETTINGS: Final = ("paths", "manifest", "line")
_LATER_SETTINGS: Final = ("window_bp", "trait_id")
"""Settings that are younger than some stores: unset, they leave a study's fingerprint as it was."""

_PANEL_FILES: Final = (".bim", ".fam")


def fingerprint_study(spec: StudySpec) -> str:
    """Compute the fingerprint of a study as it stands now.

    Parameters
    ----------
    spec
        The study; where its files lie does not count, their content and order do.

    Returns
    -------
    str
        A sha256 in hex digits.
    """
    return fingerprint_of(spec, hash_files(spec))


def fingerprint_of(spec: StudySpec, file_sha256s: Mapping[str, str]) -> str:
    """Combine checksums and settings to the study's fingerprint."""
    settings = {
        field.name: getattr(spec, field.name)
        for field in dataclasses.fields(spec)
        if field.name not in _NOT_SETTINGS and not (field.name in _LATER_SETTINGS and getattr(spec, field.name) is None)
    }
    content = {"loader_version": LOADER_VERSION, "files": list(file_sha256s.values()), "settings": settings}
    text = json.dumps(content, sort_keys=True, default=dict)
    return hashlib.sha256(text.encode()).hexdigest()


def hash_files(spec: StudySpec) -> dict[str, str]:
    """Compute the sha256 of every input file of a study, and of the files that are read beside it.

    Returns
    -------
    dict
        File name (with a number where a name occurs twice) to sha256, in the order of reading.
    """
    sums: dict[str, str] = {}
    for path in (file for main in spec.paths for file in _with_companions(main)):
        name = path.name if path.name not in sums else f"{path.name}#{len(sums)}"
        with path.open("rb") as file:
            sums[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return sums


def _with_companions(path: Path) -> list[Path]:
    companions = [path.with_suffix(suffix) for suffix in _PANEL_FILES] if path.suffix == ".bed" else []
    description = find_description(path)
    return [path, *(file for file in companions if file.is_file()), *([description] if description else [])]
