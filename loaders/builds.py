"""Genome builds and chromosomes: one spelling each, and what a position may be."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from loaders.errors import BuildError

BUILD_SYNONYMS: Final = {
    "GRCh37": ("grch37", "hg19", "b37", "build37", "37", "ncbi37", "grch37.p13", "hs37d5", "hg19/grch37"),
    "GRCh38": ("grch38", "hg38", "b38", "build38", "38", "ncbi38", "grch38.p13", "grch38.p14", "hg38/grch38"),
    "NCBI36": ("ncbi36", "hg18", "b36", "build36", "36"),
}
_BUILD_OF_SYNONYM: Final = {word: build for build, words in BUILD_SYNONYMS.items() for word in words}

CHROMOSOMES: Final = (*(str(number) for number in range(1, 23)), "X", "Y", "MT")
CHROMOSOME_RANKS: Final = {name: rank for rank, name in enumerate(CHROMOSOMES, start=1)}
_CHROMOSOME_SYNONYMS: Final = {
    **{name: name for name in CHROMOSOMES},
    **{f"{number:02d}": str(number) for number in range(1, 10)},
    "23": "X", "24": "Y", "25": "X", "26": "MT", "XY": "X", "PAR1": "X", "PAR2": "X", "M": "MT",
}  # fmt: skip
_PSEUDO_AUTOSOMAL: Final = ("25", "XY", "PAR1", "PAR2")

# Lengths in bp of 1-22, X, Y, MT: the .fai of each assembly (UCSC chromInfo; MT is the rCRS, 16,569, except hg18).
_LENGTHS: Final = {
    "GRCh37": (
        249250621, 243199373, 198022430, 191154276, 180915260, 171115067, 159138663, 146364022, 141213431, 135534747,
        135006516, 133851895, 115169878, 107349540, 102531392, 90354753, 81195210, 78077248, 59128983, 63025520,
        48129895, 51304566, 155270560, 59373566, 16569,
    ),
    "GRCh38": (
        248956422, 242193529, 198295559, 190214555, 181538259, 170805979, 159345973, 145138636, 138394717, 133797422,
        135086622, 133275309, 114364328, 107043718, 101991189, 90338345, 83257441, 80373285, 58617616, 64444167,
        46709983, 50818468, 156040895, 57227415, 16569,
    ),
    "NCBI36": (
        247249719, 242951149, 199501827, 191273063, 180857866, 170899992, 158821424, 146274826, 140273252, 135374737,
        134452384, 132349534, 114142980, 106368585, 100338915, 88827254, 78774742, 76117153, 63811651, 62435964,
        46944323, 49691432, 154913754, 57772954, 16571,
    ),
}  # fmt: skip
CHROMOSOME_LENGTHS_BP: Final = {
    build: dict(zip(CHROMOSOMES, lengths, strict=True)) for build, lengths in _LENGTHS.items()
}

# First and last bp of the two pseudo-autosomal parts of X (hg18 as PLINK has it: from the chromosome's end on).
PSEUDO_AUTOSOMAL_BP: Final = {
    "GRCh37": ((60_001, 2_699_520), (154_931_044, 155_260_560)),
    "GRCh38": ((10_001, 2_781_479), (155_701_383, 156_030_895)),
    "NCBI36": ((1, 2_709_521), (154_584_237, 154_913_754)),
}


def canonical_build(text: str) -> str:
    """Return the one spelling of a genome build: GRCh37, GRCh38 or NCBI36.

    Parameters
    ----------
    text
        Any usual name, such as hg19, b37, GRCh37.p13.

    Raises
    ------
    BuildError
        When the name is none that is known.
    """
    build = find_build(text)
    if build is None:
        raise BuildError(
            "a genome build must be one of GRCh37 (hg19), GRCh38 (hg38), NCBI36 (hg18)",
            seen=repr(text),
            remedy="write one of these names",
        )
    return build


def find_build(text: str) -> str | None:
    """Return the canonical build of a name, or None where it is not known."""
    return _BUILD_OF_SYNONYM.get(re.sub(r"[\s_-]+", "", text).lower())


def find_build_in_text(text: str) -> str | None:
    """Find the one build that a free text names, such as a VCF header line.

    A `##contig` line names it by the chromosome's length too. Returns None where the text names none, or several.
    """
    words = re.findall(r"(?i)(?<![a-z])(?:GRCh|hg|b|ncbi|build)[ _-]?(?:3[678]|1[89])(?!\d)", text)
    builds = {build for word in words if (build := find_build(word)) is not None}
    for name, length in re.findall(r"(?i)ID=(?:chr)?(\w+),length=(\d+)", text):
        chromosome = canonical_chromosome(name)
        builds |= {
            build for build, table in CHROMOSOME_LENGTHS_BP.items() if table.get(chromosome or "") == int(length)
        }
    return builds.pop() if len(builds) == 1 else None


def canonical_chromosome(text: str) -> str | None:
    """Return the canonical name of a chromosome (1-22, X, Y, MT), or None where there is none.

    `chr` and `.0` are stripped; 23 is X, 24 Y, 25 X (pseudo-autosomal), 26 MT (formats.md, decision 4).
    """
    return _CHROMOSOME_SYNONYMS.get(_bare_chromosome(text))


def is_pseudo_autosomal(text: str) -> bool:
    """Tell whether a chromosome name stands for the pseudo-autosomal regions (25, XY, PAR1, PAR2)."""
    return _bare_chromosome(text) in _PSEUDO_AUTOSOMAL


def chromosome_expression(column: pl.Expr) -> pl.Expr:
    """Canonical chromosome of a text column; null where it is none (twin of `canonical_chromosome`)."""
    return _bare_expression(column).replace_strict(_CHROMOSOME_SYNONYMS, default=None, return_dtype=pl.String)


def pseudo_autosomal_expression(column: pl.Expr) -> pl.Expr:
    """Tell row by row whether a chromosome column says pseudo-autosomal."""
    return _bare_expression(column).is_in(_PSEUDO_AUTOSOMAL).fill_null(value=False)


def pseudo_autosomal_place_expression(position_bp: pl.Expr, build: str) -> pl.Expr:
    """Tell row by row whether a position on X lies in its pseudo-autosomal parts; false where it is null.

    Parameters
    ----------
    position_bp
        Positions on X.
    build
        In canonical spelling.
    """
    inside = [position_bp.is_between(first, last) for first, last in PSEUDO_AUTOSOMAL_BP[build]]
    return pl.any_horizontal(inside).fill_null(value=False)


def chromosome_rank_expression(column: pl.Expr) -> pl.Expr:
    """Rank 1 to 25 of canonical chromosomes, for sorting; 99 for null."""
    return column.replace_strict(CHROMOSOME_RANKS, default=99, return_dtype=pl.Int16)


def place_key_expression(chromosome: pl.Expr, position_bp: pl.Expr) -> pl.Expr:
    """Number by which canonical chromosomes and positions sort; null where the position is."""
    return chromosome_rank_expression(chromosome).cast(pl.Int64) * 2**32 + position_bp


def sort_by_place(table: pl.DataFrame, chromosome: str, position_bp: str) -> pl.DataFrame:
    """Sort by two columns, chromosome and position, stably; a sorted table is returned as it is."""
    keys = table.select(key=place_key_expression(pl.col(chromosome), pl.col(position_bp)))["key"]
    return table if keys.is_sorted() else table[keys.arg_sort()]


def chromosome_length_expression(chromosome: pl.Expr, build: pl.Expr) -> pl.Expr:
    """Length in bp of canonical chromosomes in a build; null where either is unknown.

    Parameters
    ----------
    chromosome, build
        Text columns in canonical spelling.
    """
    lengths = {f"{name}:{chrom}": n for name, table in CHROMOSOME_LENGTHS_BP.items() for chrom, n in table.items()}
    key = pl.concat_str([build, chromosome], separator=":")
    return key.replace_strict(lengths, default=None, return_dtype=pl.Int64)


def _bare_chromosome(text: str) -> str:
    bare = re.sub(r"(?i)^chr(om(osome)?)?[_ ]?", "", text.strip())
    return re.sub(r"\.0+$", "", bare).upper()


def _bare_expression(column: pl.Expr) -> pl.Expr:
    bare = column.cast(pl.String).str.strip_chars().str.replace(r"(?i)^chr(om(osome)?)?[_ ]?", "")
    return bare.str.replace(r"\.0+$", "").str.to_uppercase()
