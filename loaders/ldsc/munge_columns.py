"""Which columns of a GWAS file become SNP, alleles, signed statistic, p, N, frequency and INFO."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from loaders.errors import FormatError, locate
from loaders.format_choice import MISSING_TEXTS, ColumnPlan, fits_format, plan_columns
from loaders.formats import FORMATS, LDSC_SUMSTATS
from loaders.manifest import StudySpec
from loaders.tables import TableHeader, check_columns
from loaders.vcf import check_sample_columns

PLAIN: Final = "ldsc"
_SYNONYMS: Final[Mapping[str, tuple[str, ...]]] = {
    "snp": ("SNP", "MARKERNAME", "SNPID", "RS", "RSID", "RS_ID", "RS_NUMBER", "RS_NUMBERS", "RSIDS"),
    "a1": ("A1", "ALLELE1", "ALLELE_1", "EFFECT_ALLELE", "REFERENCE_ALLELE", "INC_ALLELE", "EA"),
    "a2": ("A2", "ALLELE2", "ALLELE_2", "OTHER_ALLELE", "NON_EFFECT_ALLELE", "DEC_ALLELE", "NEA", "ALLELE0"),
    "beta": ("BETA", "B", "EFFECT", "EFFECTS", "EFFECT_SIZE"),
    "log_odds": ("LOG_ODDS", "LOGOR", "LOG_OR"),
    "odds_ratio": ("OR", "ODDS_RATIO"),
    "z": ("Z", "ZSCORE", "Z_SCORE", "GC_ZSCORE", "ZSTAT"),
    "signed": ("SIGNED_SUMSTAT", "SIGNED_SUMSTATS"),
    "se": ("SE", "STDERR", "STANDARD_ERROR", "STDERR_BETA"),
    "p": ("P", "PVALUE", "P_VALUE", "PVAL", "P_VAL", "GC_PVALUE"),
    "neg_log10_p": ("NEG_LOG10_P", "NEG_LOG_10_P_VALUE", "LOG10P", "MLOG10P", "LP"),
    "n": ("N", "WEIGHT", "N_TOTAL", "NTOTAL", "TOTALSAMPLESIZE", "N_SAMPLES"),
    "n_cases": ("N_CASE", "NCASE", "CASES_N", "N_CASES", "N_CAS", "NCAS", "NCA"),
    "n_controls": ("N_CONTROL", "N_CONTROLS", "NCONTROL", "CONTROLS_N", "N_CON", "NCON", "N_CTRL", "NCO"),
    "n_studies": ("NSTUDY", "N_STUDY", "NSTUDIES", "N_STUDIES", "NRCOHORTS", "NUM_STUDIES"),
    "frequency": ("EAF", "FRQ", "MAF", "FREQ", "A1FREQ", "FRQ_U", "F_U", "EFFECT_ALLELE_FREQUENCY"),
    "info": ("INFO", "IMPINFO", "IMPUTATIONINFO", "INFO_SCORE", "MACH_R2"),
    "chromosome": ("CHR", "CHROM", "CHROMOSOME"),
    "position": ("BP", "POS", "POSITION", "BASE_PAIR_LOCATION"),
}
MUNGE_FIELDS: Final = tuple(_SYNONYMS)
SIGNED: Final = ("beta", "log_odds", "odds_ratio", "z", "signed")
_RISKY: Final = {
    "ALLELE1": "ALLELE1 is the effect allele in regenie, BOLT, METAL and LDSC, and not in SAIGE",
    "REFERENCE_ALLELE": "REFERENCE_ALLELE was read as the effect allele, which is LDSC's custom",
    "MAF": "MAF was read as a frequency; it is filtered, nothing is aligned by it",
    "WEIGHT": "WEIGHT was read as N, which is METAL's custom",
}
_DANER_CASES: Final = re.compile(r"^FRQ_A_(\d+)$", re.IGNORECASE)
_DANER_CONTROLS: Final = re.compile(r"^FRQ_U_(\d+)$", re.IGNORECASE)


@dataclass(frozen=True)
class MungePlan:
    """How a GWAS file is read.

    Attributes
    ----------
    format
        "ldsc" for plain headers, else the name in `loaders.formats`.
    effect_allele
        Which allele effects refer to, for people.
    columns
        Field of `MUNGE_FIELDS` to the file's column; of a format of `loaders` only those it does not read itself.
    info
        Columns of imputation quality; of several the sum counts.
    signed
        Field whose sign counts, of `SIGNED`; empty where a format says it.
    missing
        Texts that mean missing.
    plan
        How a format of `loaders` is read; None for plain headers.
    n_cases, n_controls
        What the header itself says (daner).
    notes
        What was guessed.
    """

    format: str
    effect_allele: str
    columns: Mapping[str, str]
    info: tuple[str, ...]
    signed: str
    missing: tuple[str, ...] = MISSING_TEXTS
    plan: ColumnPlan | None = None
    n_cases: int | None = None
    n_controls: int | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def read(self) -> tuple[str, ...]:
        """Columns to read from the file."""
        own = self.plan.read if self.plan is not None else ()
        return tuple(dict.fromkeys((*own, *self.columns.values(), *self.info)))


def plan_munge(
    header: TableHeader,
    *,
    format_name: str | None = None,
    columns: Mapping[str, str] | None = None,
    build: str | None = None,
) -> MungePlan:
    """Decide how a GWAS file is munged.

    Parameters
    ----------
    header
        Of the file.
    format_name
        A name of `loaders.formats`, or "ldsc" for plain headers in which A1 is the effect allele; None: the header
        decides, and what is no other format is read as plain.
    columns
        Field of `MUNGE_FIELDS` to column, for plain headers; what is not named is looked up by synonyms.
    build
        Genome build, for formats whose ids need one.

    Raises
    ------
    FormatError
        An unknown format or field, columns that are missing, or a format without signed effects.
    """
    unknown = [name for name in columns or {} if name not in MUNGE_FIELDS]
    if unknown:
        raise FormatError(
            "a column can only be named for a known field", seen=unknown[0], remedy=f"known: {', '.join(MUNGE_FIELDS)}"
        )
    name = format_name or (PLAIN if columns else _recognise(header))
    return _plain_plan(header, columns or {}) if name == PLAIN else _format_plan(header, name, build)


def _recognise(header: TableHeader) -> str:
    fitting = [
        entry.name
        for entry in FORMATS.values()
        if "gwas" in entry.kinds and entry.is_recognised and fits_format(entry, header.columns)
    ]
    return fitting[0] if len(fitting) == 1 and fitting[0] != LDSC_SUMSTATS.name else PLAIN


def _format_plan(header: TableHeader, name: str, build: str | None) -> MungePlan:
    spec = StudySpec("munge", "gwas", (header.path,), manifest=Path(header.path), format=name, trait="munge",
                     build=build)  # fmt: skip
    plan = plan_columns(spec, header)
    if not plan.format.is_signed:
        raise FormatError(
            "summary statistics must have signed effects", seen=f"format {name}: {plan.format.effect_allele}",
            where=header.path, remedy="take the study's full summary statistics",
        )  # fmt: skip
    if plan.format.is_vcf:
        check_sample_columns(header.columns, header.path)
    found = {} if plan.format.is_vcf else _find(header)
    taken = set(plan.sources.values())
    info = tuple(column for column in _info_columns(header, {}) if column not in taken and not plan.format.is_vcf)
    extra = {key: found[key] for key in ("n_studies",) if key in found}
    return MungePlan(name, plan.format.effect_allele, extra, info, "", plan.missing, plan)


def _plain_plan(header: TableHeader, given: Mapping[str, str]) -> MungePlan:
    check_columns(header, tuple(given.values()))
    found = {**_find(header), **given}
    notes = [_RISKY[_bare(column)] for column in found.values() if _bare(column) in _RISKY]
    n_cases, n_controls = _daner_counts(header)
    if n_cases is not None and "frequency" not in given:
        found["frequency"] = next(name for name in header.columns if _DANER_CONTROLS.match(name))
        notes.append("daner: the frequency is that of the controls, N from the header")
    signed = next((name for name in SIGNED if name in found), "")
    _check_fields(header, found, signed)
    others = [found[name] for name in SIGNED if name in found and name not in (signed, "z")]
    if others:
        notes.append(f"the sign is that of {found[signed]}; {', '.join(others)} not read")
    kept = {key: column for key, column in found.items() if key not in SIGNED or key in (signed, "z")}
    kept.pop("info", None)
    return MungePlan(PLAIN, f"{found['a1']}, by the custom of LDSC", kept, _info_columns(header, given), signed,
                     n_cases=n_cases, n_controls=n_controls, notes=tuple(notes))  # fmt: skip


def _check_fields(header: TableHeader, found: Mapping[str, str], signed: str) -> None:
    has_strength = "p" in found or "neg_log10_p" in found or "z" in found or {"beta", "se"} <= set(found)
    wanted = {
        "SNP (rsid)": "snp" in found,
        "A1 (effect allele)": "a1" in found,
        "A2 (other allele)": "a2" in found,
        "one of BETA, LOG_ODDS, OR, Z": bool(signed),
        "P, or Z, or BETA and SE": has_strength,
    }
    lacking = [name for name, is_there in wanted.items() if not is_there]
    if lacking:
        raise FormatError(
            f"summary statistics must have {'; '.join(lacking)}",
            seen=f"columns {', '.join(header.columns)}",
            where=locate(header.path, header.line or None),
            remedy="name the file's columns (columns: field=column) or its format; known fields: "
            + ", ".join(MUNGE_FIELDS),
        )


def _bare(column: str) -> str:
    return column.strip().upper().replace("-", "_").replace(".", "_").lstrip("#")


def _find(header: TableHeader) -> dict[str, str]:
    by_name: dict[str, str] = {}
    for column in header.columns:
        by_name.setdefault(_bare(column), column)
    found = {}
    for name, synonyms in _SYNONYMS.items():
        known = next((by_name[word] for word in synonyms if word in by_name), None)
        if known is not None:
            found[name] = known
    return found


def _info_columns(header: TableHeader, given: Mapping[str, str]) -> tuple[str, ...]:
    if "info" in given:
        return (given["info"],)
    return tuple(column for column in header.columns if _bare(column) in _SYNONYMS["info"])


def _daner_counts(header: TableHeader) -> tuple[int | None, int | None]:
    """Cases and controls that a daner header states: FRQ_A_<cases>, FRQ_U_<controls>."""
    cases = [match for name in header.columns if (match := _DANER_CASES.match(name))]
    controls = [match for name in header.columns if (match := _DANER_CONTROLS.match(name))]
    if not cases or not controls:
        return None, None
    return int(cases[0].group(1)), int(controls[0].group(1))
