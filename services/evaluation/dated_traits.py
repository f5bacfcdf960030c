"""A trait's loci before and after a date: what was known asks, what came later is to be found, and what cannot be."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
import polars as pl
from numpy.typing import NDArray

from services.graph.store import Store
from services.settings import Settings
from services.write_back.loci import LociOfSnapshot
from services.write_back.targets import TraitQuery, chromosome_code, query_of

DATED_HITS = {
    "trait": pl.String,
    "snp": pl.String,
    "build": pl.String,
    "chromosome": pl.String,
    "position_bp": pl.Int64,
    "block": pl.String,
    "neg_log10_p": pl.Float64,
    "date": pl.String,
}


class Fate(StrEnum):
    """What became of a locus published on or after the date; the first that fits, in this order."""

    NEW_TRAIT = "its trait had no significant SNP before"
    NO_PLACE = "its SNP has no place or LD block in the reference build"
    NEAR_KNOWN = "it is known: in the block of an earlier SNP of the trait, or near one"
    FEW_QUERIES = "its trait has too few earlier loci with a SNP in the graph"
    NOT_IN_GRAPH = "no SNP of its LD block has a vector"
    RANKED = "ranked"


@dataclass(frozen=True, eq=False)
class DatedTrait:
    """A trait that can be asked about.

    Attributes
    ----------
    query
        Its SNPs from before the date, and the blocks that are not new.
    target_block
        New blocks of SNPs published on or after it that the model can rank (n_targets).
    known_position_bp
        Positions of all its earlier SNPs, by chromosome code.
    """

    query: TraitQuery
    target_block: NDArray[np.int64]
    known_position_bp: Mapping[int, NDArray[np.int64]]


@dataclass(frozen=True, eq=False)
class DatedSplit:
    """The significant associations split at a date.

    Attributes
    ----------
    traits
        Those with enough queries and at least one target.
    fates
        Later (trait, LD block) pairs by what became of them; a SNP without a block counts by itself.
    n_traits, n_traits_before, n_traits_after, n_traits_with_query
        Traits with a dated significant SNP; with one before; after; with enough earlier loci in the graph.
    n_earlier_traits
        Traits with an earlier significant SNP in each block (n_blocks).
    """

    traits: tuple[DatedTrait, ...]
    fates: Mapping[Fate, int]
    n_traits: int
    n_traits_before: int
    n_traits_after: int
    n_traits_with_query: int
    n_earlier_traits: NDArray[np.int64]


def read_dated_hits(store: Store, settings: Settings, load_ids: tuple[str, ...]) -> pl.DataFrame:
    """Read the significant associations that have a date of publication: columns of `DATED_HITS`."""
    limit = -float(np.log10(settings.trait_p_threshold))
    columns = store.read_columns("evaluation/dated_hits", DATED_HITS, load_ids=list(load_ids), neg_log10_p=limit)
    return pl.DataFrame(columns, schema=DATED_HITS).sort("trait", "snp", "date")


def split_by_date(hits: pl.DataFrame, cutoff: date, loci: LociOfSnapshot, settings: Settings) -> DatedSplit:
    """Split each trait's associations at a date.

    Parameters
    ----------
    hits
        Result of `read_dated_hits`.
    cutoff
        Published before it = known; on or after it = to be found.
    loci
        The snapshot and which of its SNPs have a vector.
    settings
        ``trait_exclusion_bp`` and ``prediction_minimum_known_loci``.
    """
    is_before = pl.col("date") < cutoff.isoformat()
    before, after = hits.filter(is_before), hits.filter(~is_before)
    fates: Counter[Fate] = Counter()
    traits, n_with_query = [], 0
    for (trait,), later in after.group_by("trait", maintain_order=True):
        earlier = _strongest(before.filter(pl.col("trait") == trait))
        query = query_of(str(trait), earlier, loci, settings)
        is_enough = query.query_snp.size >= settings.prediction_minimum_known_loci
        n_with_query += is_enough
        targets = _sort_out(later, earlier, query, loci, settings, fates, is_enough=is_enough)
        if targets.size:
            traits.append(DatedTrait(query, targets, _positions(earlier)))
    return DatedSplit(
        traits=tuple(traits),
        fates={fate: fates[fate] for fate in Fate},
        n_traits=hits["trait"].n_unique(),
        n_traits_before=before["trait"].n_unique(),
        n_traits_after=after["trait"].n_unique(),
        n_traits_with_query=n_with_query,
        n_earlier_traits=_traits_of_blocks(before, loci),
    )


def _strongest(rows: pl.DataFrame) -> pl.DataFrame:
    """One row a SNP, its most significant."""
    return rows.sort("snp", "neg_log10_p", descending=[False, True]).unique("snp", keep="first", maintain_order=True)


def _sort_out(  # noqa: PLR0913 (one place where a locus's fate is decided)
    later: pl.DataFrame,
    earlier: pl.DataFrame,
    query: TraitQuery,
    loci: LociOfSnapshot,
    settings: Settings,
    fates: Counter[Fate],
    *,
    is_enough: bool,
) -> NDArray[np.int64]:
    """Count the fate of each later locus of a trait, and give the blocks that can be ranked."""
    number = {str(block): at for at, block in enumerate(loci.snapshot.block_ids[: loci.n_blocks])}
    is_near = pl.Series(_is_near(later, _positions(earlier), settings.trait_exclusion_bp))
    known_blocks = set(earlier["block"].drop_nulls().to_list())
    placed = later.with_columns(is_near=is_near).filter(pl.col("block").is_not_null())
    n_unplaced = later.filter(pl.col("block").is_null())["snp"].n_unique()
    targets = []
    fates[Fate.NO_PLACE if earlier.height else Fate.NEW_TRAIT] += n_unplaced
    for (block,), rows in placed.group_by("block", maintain_order=True):
        at = number.get(str(block), -1)
        is_known = block in known_blocks or bool(rows["is_near"].any()) or (at >= 0 and bool(query.is_excluded[at]))
        if not earlier.height:
            fate = Fate.NEW_TRAIT
        elif is_known:
            fate = Fate.NEAR_KNOWN
        elif not is_enough:
            fate = Fate.FEW_QUERIES
        else:
            fate = Fate.RANKED if at >= 0 and loci.lead_snp[at] >= 0 else Fate.NOT_IN_GRAPH
        fates[fate] += 1
        if fate is Fate.RANKED:
            targets.append(at)
    return np.array(sorted(targets), dtype=np.int64)


def _positions(rows: pl.DataFrame) -> dict[int, NDArray[np.int64]]:
    """Sorted positions of the placed SNPs by chromosome code."""
    placed = rows.filter(pl.col("position_bp").is_not_null())
    return {
        chromosome_code(str(chromosome)): np.sort(here["position_bp"].unique().to_numpy())
        for (chromosome,), here in placed.group_by("chromosome", maintain_order=True)
    }


def _is_near(rows: pl.DataFrame, known: Mapping[int, NDArray[np.int64]], distance_bp: int) -> NDArray[np.bool_]:
    """Whether each SNP lies within a distance of a known one; not where it has no place."""
    is_near = np.zeros(rows.height, dtype=np.bool_)
    for at, (chromosome, position) in enumerate(rows.select("chromosome", "position_bp").iter_rows()):
        places = known.get(chromosome_code(str(chromosome)))
        if places is not None and position is not None:
            is_near[at] = bool((np.abs(places - position) <= distance_bp).any())
    return is_near


def _traits_of_blocks(before: pl.DataFrame, loci: LociOfSnapshot) -> NDArray[np.int64]:
    counts = before.filter(pl.col("block").is_not_null()).group_by("block").agg(pl.col("trait").n_unique())
    of_block = dict(counts.iter_rows())
    return np.array([of_block.get(str(block), 0) for block in loci.snapshot.block_ids[: loci.n_blocks]], dtype=np.int64)
