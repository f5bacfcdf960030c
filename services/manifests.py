"""Reading a manifest, and what may stand in one: the ways in reach the loaders through the services only."""

from dataclasses import dataclass

from loaders.formats import FORMATS
from loaders.manifest import Manifest, read_manifest
from loaders.manifest_keys import COLUMN_FIELDS, STUDY_KEYS, TOP_KEYS
from loaders.report import Refusal, Skip

__all__ = ["Manifest", "ManifestGuide", "describe_manifest", "read_manifest"]

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class ManifestGuide:
    """What ``docs/manifest.md`` shows, taken from the loaders' own tables.

    Attributes
    ----------
    keys
        Key, what it takes, what it says: the top of the file first, then the keys of a study.
    columns
        Kind of study, and the fields that its ``columns`` may map.
    formats
        Name, kinds, effect allele, columns that a file must have.
    skips, refusals
        Reason and what it says.
    """

    keys: Rows
    columns: Rows
    formats: Rows
    skips: Rows
    refusals: Rows


def describe_manifest() -> ManifestGuide:
    """Everything a manifest may hold and every reason a row may be counted under."""
    keys = (*TOP_KEYS.items(), *STUDY_KEYS.items())
    return ManifestGuide(
        keys=tuple((name, key.wants, key.meaning) for name, key in keys),
        columns=tuple((kind, ", ".join(fields)) for kind, fields in COLUMN_FIELDS.items()),
        formats=tuple(
            (entry.name, ", ".join(entry.kinds), entry.effect_allele, ", ".join(map(_column, entry.required)))
            for entry in FORMATS.values()
        ),
        skips=tuple((reason.name.lower(), reason.value) for reason in Skip),
        refusals=tuple((reason.name.lower(), reason.value) for reason in Refusal),
    )


def _column(wanted: str | tuple[str, ...]) -> str:
    return wanted if isinstance(wanted, str) else " or ".join(wanted)
