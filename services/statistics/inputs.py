"""From summary statistics and LD scores to the sorted arrays of a regression, every lost SNP counted."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.builds import chromosome_expression, place_key_expression
from models.thousandths import ScoreMatrix, score_column
from services.statistics.allele_match import match_alleles
from services.statistics.errors import UnknownAnnotation
from services.statistics.id_index import IdIndex, first_of_each
from services.statistics.reference import LdSource
from services.statistics.refusals import InputsError
from services.statistics.score_rows import ScoreRows

_MIN_PLACED = 20
_SHARE_MOVED = 0.5
_ROWS_AT_ONCE = 65_536


@dataclass(frozen=True)
class TraitStatistics:
    """Statistics of one trait at the regression's SNPs.

    Attributes
    ----------
    z
        z scores, shape (n,); of several traits all of the first one's effect allele.
    n_samples
        Sample size of each SNP, shape (n,).
    """

    z: NDArray[np.float64]
    n_samples: NDArray[np.float64]


@dataclass(frozen=True)
class RegressionInputs:
    """The arrays of one regression, SNPs sorted by chromosome and position.

    Attributes
    ----------
    traits
        One a table of statistics, in the order given.
    ld_scores
        Shape (n, C), in the memory order of their source; in thousandths where all of a file's fit.
    weight_ld
        LD score over the regression's SNPs, shape (n,).
    names
        The C annotations.
    m
        Sum of each annotation over the reference SNPs that count, shape (C,).
    snps
        chromosome, rsid, position_bp of the n SNPs.
    counts
        SNPs lost at each step, by reason, in the order of the steps; `read` and `kept` frame them.
    """

    traits: tuple[TraitStatistics, ...]
    ld_scores: ScoreMatrix
    weight_ld: NDArray[np.float64]
    names: tuple[str, ...]
    m: NDArray[np.float64]
    snps: pl.DataFrame
    counts: Mapping[str, int]

    def drop(self, names: Sequence[str]) -> RegressionInputs:
        """Leave annotations out; the SNPs stay the same.

        Raises
        ------
        UnknownAnnotation
            When a name is no column, or none would stay.
        """
        if not names:
            return self
        unknown = [name for name in names if name not in self.names]
        keep = [at for at, name in enumerate(self.names) if name not in names]
        if unknown or not keep:
            wrong = f"{unknown[0]!r} is no column of the LD scores" if unknown else "no annotation would stay"
            raise UnknownAnnotation(f"{wrong}; they have {', '.join(self.names[:12])}")
        return dataclasses.replace(
            self, ld_scores=self.ld_scores[:, keep], m=self.m[keep], names=tuple(self.names[at] for at in keep)
        )

    @property
    def first_ld_score(self) -> NDArray[np.float64]:
        """LD scores with the first annotation, shape (n,)."""
        return score_column(self.ld_scores, 0)

    @property
    def z(self) -> NDArray[np.float64]:
        """Z scores of the first trait."""
        return self.traits[0].z

    @property
    def n_samples(self) -> NDArray[np.float64]:
        """Sample sizes of the first trait."""
        return self.traits[0].n_samples


def assemble_inputs(
    sumstats: pl.DataFrame | Sequence[pl.DataFrame],
    reference: LdSource,
    weights: pl.DataFrame | None = None,
    *,
    names: Sequence[str] = (),
    uses_all_m: bool = False,
) -> RegressionInputs:
    """Join statistics, LD scores and weights.

    Parameters
    ----------
    sumstats
        SNP, A1, A2, Z, N (and CHR, BP, by which another build is noticed) of one trait or several. Of several, SNPs
        must be in all; alleles are matched to the first trait's, over strands and swaps.
    reference
        LD scores; those in files are read part by part and never wholly in memory beside the result.
    weights
        rsid and weight_ld; None: the reference's first column (its base, or the only one).
    names
        What messages call the tables of statistics, such as their files; else trait 1, trait 2, ...
    uses_all_m
        Use M instead of M_5_50; M is also used where M_5_50 is not known.

    Raises
    ------
    InputsError
        No Z or no N at all, an rsid twice in the statistics, nothing in common (with ids of both sides), positions of
        another genome build, or no M.

    Notes
    -----
    Of an rsid that LD scores or weights repeat the first row counts; the others are counted as `repeated_in_...`.
    """
    frames = [sumstats] if isinstance(sumstats, pl.DataFrame) else list(sumstats)
    counts: dict[str, int] = {"read": frames[0].height}
    merged = _join_traits(frames, names or [f"trait {number}" for number in range(1, len(frames) + 1)], counts)
    m = _choose_m(reference, uses_all_m=uses_all_m)
    return _Assembly(merged, reference, weights, len(frames), counts).run(m)


@dataclass(frozen=True)
class _Kept:
    """What is kept of each part: places, the rows of the statistics, weights."""

    places: list[pl.DataFrame] = field(default_factory=list)
    stats_rows: list[NDArray[np.int64]] = field(default_factory=list)
    weights: list[NDArray[np.float64]] = field(default_factory=list)

    def add(self, places: pl.DataFrame, stats_row: NDArray[np.int64], weight: NDArray[np.float64]) -> None:
        self.places.append(places)
        self.stats_rows.append(stats_row)
        self.weights.append(weight)

    def join(self) -> pl.DataFrame:
        return pl.concat(self.places).with_columns(weight_ld=np.concatenate(self.weights))


@dataclass
class _Assembly:
    """One join under way."""

    merged: pl.DataFrame
    reference: LdSource
    weights: pl.DataFrame | None
    n_traits: int
    counts: dict[str, int]

    def run(self, m: NDArray[np.float64]) -> RegressionInputs:
        index = IdIndex(self.merged["rsid"])
        weight_ld = None if self.weights is None else self._place_weights(index, self.weights)
        rows = ScoreRows(self.merged.height, len(self.reference.names))
        is_met = np.zeros(self.merged.height, dtype=np.bool_)  # an rsid may come again in another part
        kept = _Kept()
        n_repeated, n_unweighted, example = 0, 0, ""
        for part in self.reference.read_parts():
            example = example or (str(part.places["rsid"][0]) if part.places.height else "")
            found = index.locate(part.places["rsid"])
            keep = np.flatnonzero(found >= 0)
            fresh = keep[first_of_each(found[keep], is_met)]
            usable = fresh if weight_ld is None else fresh[~np.isnan(weight_ld[found[fresh]])]
            n_repeated, n_unweighted = n_repeated + keep.size - fresh.size, n_unweighted + fresh.size - usable.size
            added = rows.add(part, usable)
            weight = score_column(added, 0).copy() if weight_ld is None else weight_ld[found[usable]]
            kept.add(part.places if usable.size == found.size else part.places[usable], found[usable], weight)
        table, scores = self._sort(kept, rows)
        self._book(self.merged.height, n_unweighted, table.height, n_repeated)
        self._check_overlap(table.height, n_unweighted, example)
        self._check_places(table)
        return self._finish(table, scores, m)

    def _sort(self, kept: _Kept, rows: ScoreRows) -> tuple[pl.DataFrame, ScoreMatrix]:
        """The places with their statistics, and the LD scores, by chromosome and position."""
        if not kept.places:
            return self.merged.clear(), rows.get()
        table, stats_row, scores = kept.join(), np.concatenate(kept.stats_rows), rows.get()
        key = table.select(key=place_key_expression(pl.col("chromosome"), pl.col("position_bp")))["key"]
        if not key.is_sorted():  # one file for all chromosomes may be in any order
            order = key.arg_sort().to_numpy()
            table, stats_row, scores = table[order], stats_row[order], scores[order]
        is_same = stats_row.size == self.merged.height and bool((np.diff(stats_row) == 1).all())
        return table.hstack((self.merged if is_same else self.merged[stats_row]).drop("rsid")), scores

    def _place_weights(self, index: IdIndex, weights: pl.DataFrame) -> NDArray[np.float64]:
        """Weight of each SNP of the statistics; NaN where there is none."""
        placed, is_met = np.full(self.merged.height, np.nan), np.zeros(self.merged.height, dtype=np.bool_)
        self.counts["repeated_in_weights"] = 0
        for part in weights.iter_slices(_ROWS_AT_ONCE):  # arrays of all rows would cost more to touch than to fill
            found = index.locate(part["rsid"])
            keep = np.flatnonzero(found >= 0)
            fresh = keep[first_of_each(found[keep], is_met)]
            self.counts["repeated_in_weights"] += keep.size - fresh.size
            placed[found[fresh]] = part["weight_ld"].to_numpy()[fresh]
        return placed

    def _book(self, n_stats: int, n_unweighted: int, n_kept: int, n_repeated: int) -> None:
        self.counts["not_in_ld_scores"] = max(n_stats - n_unweighted - n_kept, 0)
        self.counts["not_in_weights"] = n_unweighted
        self.counts["kept"] = n_kept
        if n_repeated:
            self.counts["repeated_in_ld_scores"] = n_repeated

    def _check_overlap(self, n_kept: int, n_unweighted: int, example: str) -> None:
        if n_kept:
            return
        what = "weights" if n_unweighted else "LD scores"
        other = str(self.weights["rsid"][0]) if n_unweighted and self.weights is not None else example
        mine = ", ".join(self.merged["rsid"].head(3).to_list())
        raise InputsError(
            f"statistics and {what} must have SNPs in common",
            seen=f"none of {self.merged.height:,} SNPs such as {mine}; the {what} have ids such as {other}",
            where=self.reference.source or None,
            remedy="both must name SNPs by rsid; positions become rsids by `locusgraph munge --ids-from LIST --build "
            "BUILD`; LD scores must be of the statistics' population",
        )

    def _check_places(self, table: pl.DataFrame) -> None:
        """Refuse statistics whose positions say that they are of another build."""
        if "own_position" not in table.columns:
            return
        placed = table.drop_nulls(["own_position", "own_chromosome"])
        moved = placed.filter(
            (pl.col("own_position") != pl.col("position_bp")) | (pl.col("own_chromosome") != pl.col("chromosome"))
        )
        self.counts["another_position"] = moved.height
        if placed.height < _MIN_PLACED or moved.height <= _SHARE_MOVED * placed.height:
            return
        row = moved.row(0, named=True)
        raise InputsError(
            "statistics and LD scores must be of one genome build",
            seen=f"{moved.height:,} of {placed.height:,} SNPs lie elsewhere, such as {row['rsid']}: "
            f"{row['own_chromosome']}:{row['own_position']} in the statistics, "
            f"{row['chromosome']}:{row['position_bp']} in the LD scores",
            where=self.reference.source or None,
            remedy="take LD scores of the statistics' build; rsids are the same in both, windows and blocks are not",
        )

    def _finish(self, table: pl.DataFrame, rows: ScoreMatrix, m: NDArray[np.float64]) -> RegressionInputs:
        traits = tuple(
            TraitStatistics(table[f"z_{index}"].to_numpy(), table[f"n_{index}"].to_numpy())
            for index in range(self.n_traits)
        )
        return RegressionInputs(
            traits,
            rows,
            table["weight_ld"].to_numpy(),
            self.reference.names,
            m,
            table.select("chromosome", "rsid", "position_bp"),
            self.counts,
        )


def _join_traits(frames: Sequence[pl.DataFrame], names: Sequence[str], counts: dict[str, int]) -> pl.DataFrame:
    """rsid, z_0, n_0, z_1, ... and the first trait's own place, where its table has one."""
    merged = _clean(frames[0], 0, names[0], counts)
    for index, frame in enumerate(frames[1:], start=1):
        other = _clean(frame, index, names[index], counts)
        joined = merged.join(other, on="rsid", how="inner", maintain_order="left")
        counts[f"not_in_trait_{index + 1}"] = merged.height - joined.height
        if merged.height and other.height and not joined.height:
            raise InputsError(
                "the traits must have SNPs in common",
                seen=f"ids such as {merged['rsid'][0]} and {other['rsid'][0]}",
                remedy="both must name SNPs by rsid",
            )
        merged = match_alleles(joined, index, counts)
    return merged.drop(name for name in merged.columns if name.startswith(("effect_", "other_")))


def _clean(frame: pl.DataFrame, index: int, name: str, counts: dict[str, int]) -> pl.DataFrame:
    suffix = "" if index == 0 else f"_of_trait_{index + 1}"
    columns = [
        pl.col("SNP").alias("rsid"),
        pl.col("A1").alias(f"effect_{index}"),
        pl.col("A2").alias(f"other_{index}"),
        pl.col("Z").cast(pl.Float64).fill_nan(None).alias(f"z_{index}"),
        pl.col("N").cast(pl.Float64).fill_nan(None).alias(f"n_{index}"),
    ]
    if index == 0 and {"CHR", "BP"} <= set(frame.columns):
        chromosome = chromosome_expression(pl.col("CHR").cast(pl.String))
        columns += [chromosome.alias("own_chromosome"), pl.col("BP").cast(pl.Int64).alias("own_position")]
    table = frame.select(columns)
    for column, reason, meaning in (("z", "missing_z", "z score"), ("n", "missing_n", "sample size")):
        present = table.drop_nulls(f"{column}_{index}")
        if table.height and not present.height:
            raise InputsError(
                f"the statistics must have a {meaning} in at least one row",
                seen=f"{table.height:,} rows, the {meaning} missing in every one",
                where=name,
                remedy="munge the GWAS again" + (" and give its sample size" if column == "n" else ""),
            )
        counts[f"{reason}{suffix}"] = table.height - present.height
        table = present
    if not table.height:
        raise InputsError("the statistics must have rows", seen="an empty table", where=name)
    _refuse_repeated(table["rsid"], name)
    return table


def _refuse_repeated(ids: pl.Series, name: str) -> None:
    if ids.n_unique() == len(ids):
        return
    repeated = ids.filter(~ids.is_first_distinct())
    first, second = (ids == repeated[0]).arg_true().head(2).to_list()
    raise InputsError(
        "an rsid must come once in the statistics",
        seen=f"{repeated[0]} in rows {first + 1:,} and {second + 1:,} (of those with Z and N), and "
        f"{repeated.n_unique() - 1:,} more ids",
        where=name,
        remedy="two files may have been joined; `locusgraph munge` keeps the first of each and counts the others",
    )


def _choose_m(reference: LdSource, *, uses_all_m: bool) -> NDArray[np.float64]:
    known = [reference.m, reference.m_5_50] if uses_all_m else [reference.m_5_50, reference.m]
    m = next((values for values in known if values is not None), None)
    if m is None:
        raise InputsError(
            "LD scores need their number of SNPs (M)",
            seen="neither M nor M_5_50",
            where=reference.source or None,
            remedy="copy the .l2.M files from where the LD scores come from",
        )
    return m
