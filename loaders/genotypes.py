"""PLINK genotype files: sizes checked, frames of variants and people, blocks of one chromosome's genotypes."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from bed_reader import open_bed
from numpy.typing import NDArray

from loaders.builds import chromosome_expression
from loaders.errors import FormatError, RowError, TruncatedFileError, locate
from loaders.manifest import StudySpec
from loaders.text_files import read_text

MISSING: Final = -127
"""Code of a missing genotype in a block."""

VARIANT_SCHEMA: Final = {
    "chromosome": pl.String,
    "rsid": pl.String,
    "cm": pl.Float64,
    "position_bp": pl.Int64,
    "allele_1": pl.String,
    "allele_2": pl.String,
    "variant_index": pl.Int64,
}
PERSON_SCHEMA: Final = {"family": pl.String, "person": pl.String, "father": pl.String, "mother": pl.String}

_MAGIC: Final = bytes([0x6C, 0x1B, 0x01])


@dataclasses.dataclass(frozen=True)
class PanelFile:
    """One .bed/.bim/.fam triple whose sizes agree.

    Attributes
    ----------
    bed, bim, fam
        The three files.
    n_samples, n_variants
        Lines of the .fam and the .bim.
    """

    bed: Path
    bim: Path
    fam: Path
    n_samples: int
    n_variants: int


@dataclasses.dataclass(frozen=True)
class ChromosomeGenotypes:
    """The variants of one chromosome in a triple, in order of their positions.

    Attributes
    ----------
    panel
        The files.
    chromosome
        Its name as `loaders.builds` writes it.
    variants
        Rows of `read_variants`, sorted by position_bp.
    """

    panel: PanelFile
    chromosome: str
    variants: pl.DataFrame

    @property
    def n_people(self) -> int:
        """People of the panel."""
        return self.panel.n_samples

    def read_block(self, first: int, last: int) -> NDArray[np.int8]:
        """Copies of allele 1 of the .bim for rows first to last - 1 of `variants`.

        Parameters
        ----------
        first, last
            Rows, counted from 0; last is not read.

        Returns
        -------
        NDArray[np.int8]
            (last - first, n_people), `MISSING` where unknown; a block in memory is variant by variant.
        """
        index = self.variants["variant_index"].slice(first, last - first).to_numpy()
        if not index.size:
            return np.zeros((0, self.n_people), np.int8)
        is_run = index[-1] - index[0] + 1 == index.size and bool((np.diff(index) == 1).all())
        chosen = np.s_[:, int(index[0]) : int(index[-1]) + 1] if is_run else np.s_[:, index]
        size = {"iid_count": self.panel.n_samples, "sid_count": self.panel.n_variants}
        with open_bed(self.panel.bed, count_A1=True, **size) as bed:
            block: NDArray[np.int8] = bed.read(chosen, dtype="int8", order="F", num_threads=1)
        return block.T


def open_panel(bed: Path, spec: StudySpec | None = None, *, fam: Path | None = None) -> PanelFile:
    """Check a .bed and its .bim and .fam.

    Parameters
    ----------
    bed
        The .bed file.
    spec
        The study, for messages.
    fam
        The .fam, if it has another name than the .bed (one for all chromosomes).

    Raises
    ------
    FormatError
        If a file of the triple is missing, or the .bed is sample-major or no .bed at all.
    TruncatedFileError
        If the .bed has another size than people and variants need.
    """
    bim, fam = bed.with_suffix(".bim"), fam or bed.with_suffix(".fam")
    of_study = "" if spec is None else f", {spec.where}"
    for path in (bed, bim, fam):
        if not path.is_file():
            raise FormatError(
                "an LD panel is a triple of .bed, .bim and .fam with one name",
                seen=f"no {path.name}",
                where=f"{path.parent}{of_study}",
                remedy="put the missing file beside the others",
            )
    with bed.open("rb") as stream:
        start = stream.read(3)
    if start != _MAGIC:
        raise FormatError(
            "a .bed must be PLINK 1's variant-major kind",
            seen=f"first bytes {start.hex(' ')}, wanted {_MAGIC.hex(' ')}",
            where=f"{bed}{of_study}",
            remedy="make it again with plink --make-bed",
        )
    panel = PanelFile(bed, bim, fam, _count_lines(fam), _count_lines(bim))
    _check_size(panel, of_study)
    return panel


def _check_size(panel: PanelFile, of_study: str) -> None:
    n_samples, n_variants, size = panel.n_samples, panel.n_variants, panel.bed.stat().st_size
    wanted = len(_MAGIC) + n_variants * -(-n_samples // 4)
    if size != wanted:
        raise TruncatedFileError(
            "a .bed must have 3 bytes and a quarter byte a person and variant, rounded up a variant",
            seen=f"{size:,} bytes; {n_samples:,} people in the .fam and {n_variants:,} variants in the .bim need "
            f"{wanted:,}",
            where=f"{panel.bed}{of_study}",
            remedy="the files do not belong together, or the .bed was cut: copy all three again",
        )


def _count_lines(path: Path) -> int:
    """Count the lines that hold anything."""
    return sum(map(bool, map(bytes.strip, path.read_bytes().split(b"\n"))))


def read_variants(panel: PanelFile) -> pl.DataFrame:
    """Read the .bim.

    Parameters
    ----------
    panel
        From `open_panel`.

    Returns
    -------
    pl.DataFrame
        `VARIANT_SCHEMA`, a row a variant in the order of the file: the id as written, cM of the genetic map (0 in a
        file without), allele 1 (the counted one) and 2, `variant_index` counted from 0. The chromosome is null where
        it is none of 1 to 22, X, Y, MT.

    Raises
    ------
    RowError
        If a line has fewer than six fields, or its cM or position is no number.
    """
    names = ("chromosome", "rsid", "cm", "position_bp", "allele_1", "allele_2")
    rows = _read_fields(panel.bim, names).with_columns(
        chromosome=chromosome_expression(pl.col("chromosome")),
        cm=pl.col("cm").cast(pl.Float64, strict=False),
        position_bp=pl.col("position_bp").cast(pl.Int64, strict=False),
        variant_index=pl.int_range(pl.len()),
    )
    for name in ("cm", "position_bp"):
        if (bad := rows[name].is_null().arg_max()) is not None and rows[name].null_count():
            raise RowError(
                f"{name} of a .bim must be a number",
                seen=_line(panel.bim, bad),
                where=locate(panel.bim, bad + 1),
                remedy="write 0 for an unknown genetic position" if name == "cm" else "make the .bim again",
            )
    return rows.select(pl.col(name).cast(kind) for name, kind in VARIANT_SCHEMA.items())


def read_chromosome_names(panel: PanelFile) -> pl.Series:
    """Read the first column of the .bim as it is written, in the order of the file."""
    return _read_fields(panel.bim, ("chromosome",))["chromosome"]


def read_people(panel: PanelFile) -> pl.DataFrame:
    """Read the .fam: family, person, father, mother as written, a row a person in the order of the genotypes.

    Parameters
    ----------
    panel
        From `open_panel`.

    Raises
    ------
    RowError
        If a line has fewer than four fields.
    """
    return _read_fields(panel.fam, tuple(PERSON_SCHEMA))


def _read_fields(path: Path, names: tuple[str, ...]) -> pl.DataFrame:
    """The first fields of each line that holds anything, cut at blanks or tabs."""
    if (tabbed := _read_tabbed(path, names)) is not None:
        return tabbed
    lines = pl.Series("line", read_text(path).splitlines(), pl.String)
    pattern = r"^\s*" + r"\s+".join(rf"(?P<{name}>\S+)" for name in names)
    filled = lines.filter(lines.str.contains(r"\S"))
    rows = filled.str.extract_groups(pattern).struct.unnest()
    if rows[names[0]].null_count():
        number = int((lines.str.contains(r"\S") & ~lines.str.contains(pattern)).arg_max() or 0)
        raise RowError(
            f"a line of a {path.suffix} must have {len(names)} fields",
            seen=lines[number],
            where=locate(path, number + 1),
            remedy="make the file again with plink --make-bed",
        )
    return rows


def _read_tabbed(path: Path, names: tuple[str, ...]) -> pl.DataFrame | None:
    """The same, fast, for a file whose every line has whole fields between single tabs; None for other files."""
    try:
        rows = pl.read_csv(path, separator="\t", has_header=False, infer_schema=False, quote_char=None)
    except (pl.exceptions.PolarsError, OSError):  # the second where polars takes its first bytes for compressed ones
        return None
    if rows.width < len(names) or any(rows.get_columns()[at].null_count() for at in range(len(names))):
        return None
    first = rows.select(pl.nth(range(len(names)))).rename(dict(zip(rows.columns, names, strict=False)))
    return None if first.select(pl.any_horizontal(pl.all().str.contains(r"\s").any())).item() else first


def _line(path: Path, row: int) -> str:
    filled = [line for line in read_text(path).splitlines() if line.strip()]
    return filled[row]


def split_chromosomes(panels: Sequence[PanelFile]) -> tuple[ChromosomeGenotypes, ...]:
    """Cut one file of all chromosomes, or a file a chromosome, into chromosomes.

    Parameters
    ----------
    panels
        From `open_panel`.

    Returns
    -------
    tuple[ChromosomeGenotypes, ...]
        In the order in which the chromosomes appear; variants outside chromosomes 1 to 22, X, Y, MT are left out.

    Raises
    ------
    FormatError
        If a chromosome stands in two files, or no variant has a chromosome.
    """
    found: dict[str, ChromosomeGenotypes] = {}
    for panel in panels:
        variants = read_variants(panel)
        placed = variants.filter(pl.col("chromosome").is_not_null())
        for (name,), rows in placed.group_by("chromosome", maintain_order=True):
            if name in found:
                raise FormatError(
                    "a chromosome's variants must stand in one file",
                    seen=f"chromosome {name} also in {found[str(name)].panel.bim}",
                    where=panel.bim,
                    remedy="merge the files with plink --bmerge",
                )
            ordered = rows.sort("position_bp", maintain_order=True)
            found[str(name)] = ChromosomeGenotypes(panel, str(name), ordered)
    if not found:
        raise FormatError(
            "a panel must have a variant on chromosome 1 to 22, X, Y or MT",
            seen=", ".join(str(panel.bim) for panel in panels) or "no files",
            remedy="check the first column of the .bim",
        )
    return tuple(found.values())
