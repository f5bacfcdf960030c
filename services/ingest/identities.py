"""Which SNP node each reported variant belongs to: a pure function of all observations and positions."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from loaders.alleles import is_indel_expression, is_palindromic_expression
from loaders.builds import chromosome_rank_expression

OBSERVATION_SCHEMA: Final = {
    "study_id": pl.String,
    "reported_variant": pl.String,
    "rsid": pl.String,
    "chromosome": pl.String,
    "position_bp": pl.Int64,
    "build": pl.String,
    "allele_1": pl.String,
    "allele_2": pl.String,
    "is_pseudo_autosomal": pl.Boolean,
}
"""One row a reported variant and study that evidence needs; the alleles are the canonical pair."""

SITE_SCHEMA: Final = {
    "study_id": pl.String,
    "priority": pl.Int64,
    "rsid": pl.String,
    "chromosome": pl.String,
    "position_bp": pl.Int64,
    "allele_1": pl.String,
    "allele_2": pl.String,
    "ld_score": pl.Float64,
    "minor_allele_frequency": pl.Float64,
}
"""One row of a positions source in the reference build; the alleles are the canonical pair, or missing."""

PLACE: Final = ["chromosome", "position_bp"]
ALLELES: Final = ["allele_1", "allele_2"]
VARIANT: Final = ["chromosome", "position_bp", "build", "allele_1", "allele_2"]


@dataclass(frozen=True)
class Resolution:
    """What the observations were resolved to.

    Attributes
    ----------
    mapping
        reported_variant, snp_key: one row a reported variant.
    variants
        key, rsids (sorted), chromosome, position_bp, build, allele_1, allele_2, flags (sorted), place_source,
        ld_score, minor_allele_frequency: one row a key.
    """

    mapping: pl.DataFrame
    variants: pl.DataFrame


def resolve(observations: pl.DataFrame, sites: pl.DataFrame, *, reference_build: str) -> Resolution:
    """Find the SNP key of every reported variant.

    A variant that is placed in the reference build and has both alleles stands for itself. One with alleles and an
    rsid goes to the rsid's place; without a place, to a node of the rsid. One without a second allele goes to its
    rsid's only variant, else to a node of the rsid. One placed in another build without an rsid keeps a key of that
    build. D/I joins a lettered indel only where a site has the rsid and the letters.

    Parameters
    ----------
    observations
        Columns of ``OBSERVATION_SCHEMA``, over all active loads.
    sites
        Columns of ``SITE_SCHEMA``: at least every row with an rsid or a place that the observations need.
    reference_build
        Build of the graph's positions.

    Notes
    -----
    Nothing depends on the order of the rows: conflicts are decided by priority, then study id, then place.
    """
    seen = _distinct_observations(observations, reference_build)
    places = place_rsids(seen, sites)
    letters = _lettered_indels(sites)
    firm = _resolve_pairs(seen.filter(pl.col("has_alleles")), places, letters, reference_build)
    named_sites = _name_sites(sites, letters, reference_build)
    loose = _resolve_without_pair(seen.filter(~pl.col("has_alleles")), firm, named_sites, places, reference_build)
    resolved = pl.concat([firm, loose], how="diagonal_relaxed")
    variants = _describe_variants(resolved, sites, reference_build)
    mapping = resolved.select("reported_variant", snp_key="key").sort("reported_variant")
    return Resolution(mapping, variants)


def place_rsids(seen: pl.DataFrame, sites: pl.DataFrame) -> pl.DataFrame:
    """Place of each rsid: by the best positions source, else by placed evidence of the lowest study id.

    Returns
    -------
    DataFrame
        rsid, chromosome, position_bp, place_source (null where evidence placed it).
    """
    order = ["study_id", "rank", "position_bp"]
    rank = chromosome_rank_expression(pl.col("chromosome")).alias("rank")
    by_source = (
        sites.drop_nulls(["rsid", *PLACE])
        .with_columns(rank)
        .sort("priority", *order)
        .unique("rsid", keep="first", maintain_order=True)
        .select("rsid", *PLACE, place_source="study_id")
    )
    by_evidence = (
        seen.filter(pl.col("is_placed") & pl.col("rsid").is_not_null())
        .join(by_source, on="rsid", how="anti")
        .with_columns(rank)
        .sort(order)
        .unique("rsid", keep="first", maintain_order=True)
        .select("rsid", *PLACE, place_source=pl.lit(None, pl.String))
    )
    return pl.concat([by_source, by_evidence])


def key_expression(build: pl.Expr) -> pl.Expr:
    """Key of a placed variant with alleles, such as ``GRCh37:10:100153915:A:G``; null where a part is missing."""
    return pl.concat_str([build, pl.col("chromosome"), pl.col("position_bp"), *map(pl.col, ALLELES)], separator=":")


def _distinct_observations(observations: pl.DataFrame, reference_build: str) -> pl.DataFrame:
    """One row a reported variant, under its lowest study id."""
    has_place = pl.col("chromosome").is_not_null() & pl.col("position_bp").is_not_null()
    return (
        observations.select(pl.col(name).cast(kind) for name, kind in OBSERVATION_SCHEMA.items())
        .sort("study_id", "reported_variant")
        .group_by("reported_variant", maintain_order=True)
        .agg(pl.exclude("is_pseudo_autosomal").first(), pl.col("is_pseudo_autosomal").any())
        .with_columns(
            has_place=has_place,
            is_placed=has_place & (pl.col("build") == reference_build).fill_null(value=False),
            has_alleles=pl.col("allele_1").is_not_null() & pl.col("allele_2").is_not_null(),
        )
    )


def _lettered_indels(sites: pl.DataFrame) -> pl.DataFrame:
    """The one lettered indel of each rsid in its best positions source: rsid, letter_* columns."""
    first, second = pl.col("allele_1"), pl.col("allele_2")
    lettered = sites.filter((is_indel_expression(first, second) & (first != "D")).fill_null(value=False))
    best = lettered.sort("priority", "study_id").with_columns(
        best=pl.struct("priority", "study_id").first().over("rsid")
    )
    return (
        best.filter(pl.struct("priority", "study_id") == pl.col("best"))
        .unique(["rsid", *PLACE, *ALLELES])
        .filter(pl.len().over("rsid") == 1)
        .select(
            "rsid",
            letter_chromosome="chromosome",
            letter_position_bp="position_bp",
            letter_1="allele_1",
            letter_2="allele_2",
            letter_source="study_id",
        )
    )


def _join_letters(rows: pl.DataFrame, letters: pl.DataFrame) -> pl.DataFrame:
    """Mark the D/I rows whose rsid has a lettered indel."""
    is_code = ((pl.col("allele_1") == "D") & (pl.col("allele_2") == "I")).fill_null(value=False)
    return rows.join(letters, on="rsid", how="left").with_columns(is_joined=is_code & pl.col("letter_1").is_not_null())


def _resolve_pairs(
    rows: pl.DataFrame, places: pl.DataFrame, letters: pl.DataFrame, reference_build: str
) -> pl.DataFrame:
    """Resolve the observations that have both alleles."""
    known = places.rename({"chromosome": "rsid_chromosome", "position_bp": "rsid_position_bp"})
    joined = _join_letters(rows, letters).join(known, on="rsid", how="left")
    is_joined, is_placed = pl.col("is_joined"), pl.col("is_placed")
    has_rsid_place, has_rsid = pl.col("rsid_chromosome").is_not_null(), pl.col("rsid").is_not_null()

    def choose(letter: str, own: str, by_rsid: str) -> pl.Expr:
        of_rsid = pl.when(has_rsid_place).then(pl.col(by_rsid)).when(~has_rsid).then(pl.col(own))
        return pl.when(is_joined).then(pl.col(letter)).when(is_placed).then(pl.col(own)).otherwise(of_rsid)

    in_reference = is_joined | is_placed | has_rsid_place
    return joined.with_columns(
        choose("letter_chromosome", "chromosome", "rsid_chromosome").alias("chromosome"),
        choose("letter_position_bp", "position_bp", "rsid_position_bp").alias("position_bp"),
        pl.when(is_joined).then(pl.col("letter_1")).otherwise(pl.col("allele_1")).alias("allele_1"),
        pl.when(is_joined).then(pl.col("letter_2")).otherwise(pl.col("allele_2")).alias("allele_2"),
        pl.when(in_reference).then(pl.lit(reference_build)).when(~has_rsid).then(pl.col("build")).alias("build"),
        is_other_build=~in_reference & (pl.col("build") != reference_build).fill_null(value=False),
        places_itself=is_placed & ~is_joined,
        place_source=pl.when(is_joined).then(pl.col("letter_source")).when(~is_placed).then(pl.col("place_source")),
        is_multi=pl.lit(value=False),
    ).select(
        "reported_variant",
        "rsid",
        pl.coalesce(key_expression(pl.col("build")), pl.col("rsid")).alias("key"),
        *VARIANT,
        "is_pseudo_autosomal",
        "is_other_build",
        "places_itself",
        "place_source",
        "is_multi",
    )


def _name_sites(sites: pl.DataFrame, letters: pl.DataFrame, reference_build: str) -> pl.DataFrame:
    """Give the sites that have alleles the key of their variant: rsid, key and the variant's columns."""
    with_alleles = sites.drop_nulls(["allele_1", "allele_2", *PLACE]).select("rsid", *PLACE, *ALLELES).unique()
    joined, is_joined = _join_letters(with_alleles, letters), pl.col("is_joined")
    return joined.select(
        "rsid",
        pl.when(is_joined).then(pl.col("letter_chromosome")).otherwise(pl.col("chromosome")).alias("chromosome"),
        pl.when(is_joined).then(pl.col("letter_position_bp")).otherwise(pl.col("position_bp")).alias("position_bp"),
        pl.when(is_joined).then(pl.col("letter_1")).otherwise(pl.col("allele_1")).alias("allele_1"),
        pl.when(is_joined).then(pl.col("letter_2")).otherwise(pl.col("allele_2")).alias("allele_2"),
        build=pl.lit(reference_build),
    ).with_columns(key=key_expression(pl.col("build")))


def _resolve_without_pair(
    rows: pl.DataFrame, firm: pl.DataFrame, sites: pl.DataFrame, places: pl.DataFrame, reference_build: str
) -> pl.DataFrame:
    """Resolve the observations that lack an allele, through their rsid's only variant."""
    known = _known_variants(firm, sites)
    only = _only_variants(firm, sites, places, reference_build)
    only_at_place = (
        firm.filter(pl.col("build") == reference_build)
        .group_by(PLACE)
        .agg(place_key=pl.when(pl.col("key").n_unique() == 1).then(pl.col("key").first()))
    )
    bare_place = pl.concat_str([pl.col("build"), pl.col("chromosome"), pl.col("position_bp")], separator=":")
    by_place = pl.when(pl.col("is_placed")).then(pl.coalesce("place_key", bare_place)).otherwise(bare_place)
    has_rsid = pl.col("rsid").is_not_null()
    joined = (
        rows.join(only, on="rsid", how="left")
        .join(only_at_place, on=PLACE, how="left")
        .join(
            places.rename({"chromosome": "rsid_chromosome", "position_bp": "rsid_position_bp"}), on="rsid", how="left"
        )
        .with_columns(key=pl.when(has_rsid).then(pl.coalesce("only_key", "rsid")).otherwise(by_place))
        .join(known.rename({name: f"known_{name}" for name in VARIANT}), on="key", how="left")
    )
    is_known, in_reference = (
        pl.col("known_build").is_not_null(),
        pl.col("is_placed") | pl.col("rsid_chromosome").is_not_null(),
    )

    def choose(name: str) -> pl.Expr:
        own = pl.when(has_rsid).then(pl.col(f"rsid_{name}")).otherwise(pl.col(name))
        return pl.when(is_known).then(pl.col(f"known_{name}")).otherwise(own).alias(name)

    own_build = pl.when(has_rsid & pl.col("rsid_chromosome").is_not_null()).then(pl.lit(reference_build))
    return joined.select(
        "reported_variant",
        "rsid",
        "key",
        choose("chromosome"),
        choose("position_bp"),
        pl.when(is_known)
        .then(pl.col("known_build"))
        .otherwise(own_build.when(~has_rsid).then(pl.col("build")))
        .alias("build"),
        pl.col("known_allele_1").alias("allele_1"),
        pl.col("known_allele_2").alias("allele_2"),
        "is_pseudo_autosomal",
        is_other_build=~is_known & ~in_reference & (pl.col("build") != reference_build).fill_null(value=False),
        places_itself=pl.col("is_placed"),
        place_source=pl.when(~pl.col("is_placed")).then(pl.col("place_source")),
        is_multi=has_rsid & (pl.col("n_variants") > 1).fill_null(value=False),
    )


def _known_variants(firm: pl.DataFrame, sites: pl.DataFrame) -> pl.DataFrame:
    """What the keys stand for: key and the variant's columns, for every variant with a place and alleles."""
    columns = ["key", *VARIANT]
    known = pl.concat([firm.select(columns), sites.select(columns)]).drop_nulls(["build", "allele_1"])
    return known.unique("key", keep="any")


def _only_variants(firm: pl.DataFrame, sites: pl.DataFrame, places: pl.DataFrame, reference_build: str) -> pl.DataFrame:
    """How many variants each rsid has, and its key where it has one: rsid, n_variants, only_key.

    Variants of an rsid are those that rows or sites with the rsid name, and those at its place that no row names;
    where there are none, all variants at its place, whatever their rsids.
    """
    of_row = pl.concat_str([pl.col("key"), *(pl.col(name).fill_null("") for name in ALLELES)], separator="|")
    rows = firm.with_columns(variant=of_row)
    columns = ["rsid", "key", "variant"]
    placed = rows.filter(pl.col("build") == reference_build)
    at_sites = sites.with_columns(variant=of_row)
    named = rows.filter(pl.col("rsid").is_not_null())
    direct = pl.concat([named.select(columns), at_sites.join(places, on=["rsid", *PLACE], how="semi").select(columns)])
    unnamed = placed.join(named, on="key", how="anti").select(*PLACE, "key", "variant")
    own = pl.concat([direct, places.join(unnamed, on=PLACE).select(columns)])
    at_place = pl.concat([placed.select(*PLACE, "key", "variant"), at_sites.select(*PLACE, "key", "variant")])
    others = places.join(own, on="rsid", how="anti").join(at_place, on=PLACE).select(columns)
    return (
        pl.concat([own, others])
        .group_by("rsid")
        .agg(n_variants=pl.col("variant").n_unique(), only_key=pl.col("key").min(), n_keys=pl.col("key").n_unique())
        .select("rsid", "n_variants", only_key=pl.when(pl.col("n_keys") == 1).then(pl.col("only_key")))
    )


def _describe_variants(resolved: pl.DataFrame, sites: pl.DataFrame, reference_build: str) -> pl.DataFrame:
    """One row a key: its rsids, place, alleles, flags and what the positions sources say of it."""
    has_many_pairs = pl.struct(ALLELES).filter(pl.col("allele_1").is_not_null()).n_unique() > 1
    variants = resolved.group_by("key").agg(
        pl.col("chromosome", "position_bp", "build").drop_nulls().first(),
        *(pl.when(~has_many_pairs).then(pl.col(name).drop_nulls().first()).alias(name) for name in ALLELES),
        pl.col("rsid").drop_nulls().unique().alias("row_rsids"),
        pl.col("is_pseudo_autosomal", "is_other_build", "is_multi").any(),
        pl.when(~pl.col("places_itself").any()).then(pl.col("place_source").min()).alias("place_source"),
        is_several=has_many_pairs,
    )
    at_place = variants.filter(pl.col("build") == reference_build).join(
        _agreeing_sites(variants, sites, reference_build), on="key", how="left"
    )
    rest = variants.filter((pl.col("build") != reference_build).fill_null(value=True))
    described = pl.concat([at_place, rest], how="diagonal_relaxed")
    rsids = pl.concat_list("row_rsids", pl.col("site_rsids").fill_null([])).list.unique().list.sort()
    return described.select(
        "key",
        pl.when(rsids.list.len() > 0).then(rsids).alias("rsids"),
        *VARIANT,
        _flags().alias("flags"),
        "place_source",
        "ld_score",
        "minor_allele_frequency",
    ).sort("key")


def _agreeing_sites(variants: pl.DataFrame, sites: pl.DataFrame, reference_build: str) -> pl.DataFrame:
    """What the sites at each variant's place say, of those whose alleles agree: key, site_rsids and the figures."""
    placed = variants.filter((pl.col("build") == reference_build) & pl.col("allele_1").is_not_null())
    joined = placed.select("key", *PLACE, *ALLELES).join(sites, on=PLACE, suffix="_site")
    agrees = pl.col("allele_1_site").is_null() | (
        (pl.col("allele_1") == pl.col("allele_1_site")) & (pl.col("allele_2") == pl.col("allele_2_site"))
    )
    return (
        joined.filter(agrees)
        .sort("key", "priority", "study_id", "rsid")
        .group_by("key")
        .agg(
            pl.col("rsid").drop_nulls().unique().alias("site_rsids"),
            pl.col("ld_score", "minor_allele_frequency").drop_nulls().first(),
        )
    )


def _flags() -> pl.Expr:
    """Flags of a variant as a sorted list, null where there are none."""
    first, second = pl.col("allele_1"), pl.col("allele_2")
    claims = {
        "indel": is_indel_expression(first, second).fill_null(value=False),
        "multi_variant_rsid": pl.col("is_multi") | pl.col("is_several"),
        "other_build": pl.col("is_other_build"),
        "palindromic": is_palindromic_expression(first, second),
        "pseudo_autosomal": pl.col("is_pseudo_autosomal"),
        "unplaced": pl.col("chromosome").is_null(),
    }
    named = [pl.when(claim).then(pl.lit(name)) for name, claim in claims.items()]
    return pl.when(pl.any_horizontal(*claims.values())).then(pl.concat_list(named).list.drop_nulls())
