"""The keys a manifest may hold: their types, ranges and meanings, and the columns each kind of study may map."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

EVIDENCE_KINDS: Final = ("mqtl", "eqtl", "gwas")
REFERENCE_KINDS: Final = ("genes", "cpgs", "traits", "annotation", "ld_blocks", "ld_panel", "positions")
KINDS: Final = (*EVIDENCE_KINDS, "eqtm", *REFERENCE_KINDS)
STATISTICS: Final = ("truncated", "complete")
SEPARATORS: Final = ("tab", "comma", "semicolon", "space")


@dataclass(frozen=True)
class Key:
    """One key of a manifest.

    Attributes
    ----------
    meaning
        What the key says.
    wants
        The values it takes, in words.
    accepts
        Whether a TOML value is one of them.
    is_build
        Whether the value is a genome build.
    """

    meaning: str
    wants: str
    accepts: Callable[[object], bool]
    is_build: bool = False


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_study_id(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", value) is not None


def _is_whole(value: object, lowest: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= lowest


def _is_share(value: object, *, lowest_excluded: bool) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return False
    return (0 < value <= 1) if lowest_excluded else (0 <= value <= 1)


def _is_list_of_text(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_filter(value: object) -> bool:
    return isinstance(value, Mapping) and all(isinstance(v, str) or _is_list_of_text(v) for v in value.values())


def _is_column_map(value: object) -> bool:
    return isinstance(value, Mapping) and bool(value) and all(_is_text(v) for v in value.values())


def _text(meaning: str) -> Key:
    return Key(meaning, "a text that is not empty", _is_text)


def _build(meaning: str) -> Key:
    return Key(meaning, "a genome build such as GRCh37", _is_text, is_build=True)


def _count(meaning: str) -> Key:
    return Key(meaning, "a whole number of 1 or more", lambda value: _is_whole(value, 1))


def _choice(meaning: str, choices: tuple[str, ...]) -> Key:
    return Key(meaning, "one of " + ", ".join(choices), lambda value: value in choices)


TOP_KEYS: Final[Mapping[str, Key]] = {
    "reference_build": _build("build of the graph's positions; fixed when the store is created"),
    "study": Key("the studies", "[[study]] tables", lambda value: isinstance(value, list)),
}

STUDY_KEYS: Final[Mapping[str, Key]] = {
    "id": Key("the study's key", "letters, digits, '.', '_' and '-', starting with a letter or digit", _is_study_id),
    "kind": _text("what the rows are"),
    "path": _text("a file, a glob or a folder, relative to the manifest"),
    "paths": Key("several files, globs or folders, read in this order", "a list of texts", _is_list_of_text),
    "format": _text("name of a format; without it and without columns the header decides"),
    "columns": Key("our field to the file's column", "a table of texts, such as { rsid = 'SNP' }", _is_column_map),
    "build": _build("build of the file's positions and alleles"),
    "build_of_ids": _build("build of ids that are positions, such as 17:44061023"),
    "tissue": _text("tissue or cell type"),
    "ancestry": _text("ancestry of the participants"),
    "cohorts": Key("cohorts that took part", "a list of texts", _is_list_of_text),
    "n": _count("sample size, where the rows give none"),
    "n_cases": _count("number of cases, where the rows give none"),
    "n_controls": _count("number of controls, where the rows give none"),
    "p_threshold": Key(
        "rows with a smaller p become edges", "a number above 0, up to 1", lambda v: _is_share(v, lowest_excluded=True)
    ),
    "statistics": _choice("whether the file was cut by p", STATISTICS),
    "trait": _text("id of the trait, for a file of one trait"),
    "trait_id": _text("id of that trait as another study has it, taken as it is: <study>/<id>"),
    "trait_name": _text("name of that trait"),
    "unit": _text("unit of the effect, where the rows give none"),
    "molecule": _text("CpG or gene id, for a QTL file of one molecule"),
    "model": _text("name of the statistical model, where two files give one pair"),
    "array": _text("methylation array"),
    "only_if_used": Key("keep only what some edge needs", "true or false", lambda value: isinstance(value, bool)),
    "name_from": _text("column that names the annotation"),
    "window_bp": Key(
        "bases before and after the genes of a gene set", "a whole number of 0 or more", lambda v: _is_whole(v, 0)
    ),
    "priority": Key("lower wins where positions conflict", "a whole number of 0 or more", lambda v: _is_whole(v, 0)),
    "panel": _text("name of the reference panel"),
    "separator": _choice("field separator, where it is not what the header shows", SEPARATORS),
    "missing": Key("further texts that mean missing", "a list of texts", _is_list_of_text),
    "keep": Key("rows to keep: column to value or values", "a table of texts or lists of texts", _is_filter),
    "max_refused_share": Key(
        "share of refused rows that fails the load",
        "a number from 0 to 1",
        lambda value: _is_share(value, lowest_excluded=False),
    ),
    "title": _text("title of the study"),
    "release": _text("release or version of the source"),
    "publication": _text("DOI or PubMed id"),
    "citation": _text("citation"),
    "licence": _text("licence of the data"),
    "url": _text("where the file came from"),
}

_VARIANT_COLUMNS: Final = (
    "rsid", "chromosome", "position_bp", "effect_allele", "other_allele", "reference_allele", "alternative_allele",
)  # fmt: skip
_STATISTIC_COLUMNS: Final = (
    "effect_size", "standard_error", "z_score", "p_value", "neg_log10_p", "odds_ratio", "hazard_ratio", "ci_lower",
    "ci_upper", "n_samples", "n_cases", "n_controls", "effect_allele_frequency", "cis_trans", "model",
)  # fmt: skip
_TRAIT_COLUMNS: Final = ("trait", "trait_name", "reported_trait", "unit", "pubmed_id", "publication_date")

COLUMN_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "mqtl": (*_VARIANT_COLUMNS, *_STATISTIC_COLUMNS, "cpg"),
    "eqtl": (*_VARIANT_COLUMNS, *_STATISTIC_COLUMNS, "gene"),
    "gwas": (*_VARIANT_COLUMNS, *_STATISTIC_COLUMNS, *_TRAIT_COLUMNS),
    "eqtm": ("cpg", "gene", "z_score", "abs_z_score", "sign_from", "p_value", "neg_log10_p", "n_samples", "model"),
    "positions": (
        "rsid", "chromosome", "position_bp", "effect_allele", "other_allele", "allele_1", "allele_2", "ld_score",
        "minor_allele_frequency", "build",
    ),
    "genes": ("gene", "symbol", "chromosome", "start_bp", "end_bp", "strand", "biotype", "description"),
    "cpgs": ("cpg", "chromosome", "position_bp", "strand", "island", "island_relation", "snp_in_probe"),
    "traits": ("trait", "name", "definition", "parents", "synonyms"),
    "annotation": ("name", "chromosome", "start_bp", "end_bp"),
    "ld_blocks": ("chromosome", "start_bp", "end_bp", "name"),
    "ld_panel": (),
}  # fmt: skip
