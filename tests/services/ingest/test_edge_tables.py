"""Facts of edges written and compared in pieces: the same as at once."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from services.ingest.edge_facts import Surroundings
from services.ingest.edge_tables import changed_facts, iterate_slices, write_plain_facts, write_variant_facts


@pytest.fixture
def edges(tmp_path: Path) -> Path:
    random = np.random.default_rng(5)
    n = 60
    target = sorted(random.choice([f"cg{i}" for i in range(9)], n).tolist())
    frame = pl.DataFrame(
        {
            "reported_variant": [f"v{i}" for i in range(n)],
            "target": target,
            "model": ["default"] * n,
            "neg_log10_p": random.integers(8, 12, n).astype(float),
            "n_samples": random.integers(1, 3, n),
            **dict.fromkeys(("allele_1", "effect_allele"), ["A"] * n),
            **dict.fromkeys(("allele_2", "other_allele"), ["G"] * n),
            **{
                name: random.normal(size=n)
                for name in ("effect_size", "z_score", "aligned_effect_size", "aligned_z_score")
            },
            "effect_allele_frequency": random.uniform(size=n),
            "cis_trans": pl.Series([None] * n, dtype=pl.String),
            "flags": pl.Series([[] for _ in range(n)], dtype=pl.List(pl.String)),
        }
    )
    path = tmp_path / "edges.parquet"
    frame.write_parquet(path)
    return path


@pytest.fixture
def around() -> Surroundings:
    keys = [f"k{i}" for i in range(6)]
    variants = pl.DataFrame(
        {"key": keys, "chromosome": "1", "position_bp": 5, "build": "GRCh37", "allele_1": "A", "allele_2": "G",
         "reference_allele_frequency": 0.5}
    )  # fmt: skip
    targets = pl.DataFrame(
        {"target": ["cg1"], "target_chromosome": ["1"], "target_start_bp": [9], "target_end_bp": [9]}
    )
    mapping = pl.DataFrame(
        {"reported_variant": [f"v{i}" for i in range(60)], "snp_key": [keys[i % 6] for i in range(60)]}
    )
    return Surroundings(mapping, variants, targets, "GRCh37")


@pytest.mark.parametrize("piece_rows", [1, 7, 59])
def test_write_variant_facts__pieces_do_not_matter(
    edges: Path, around: Surroundings, tmp_path: Path, piece_rows: int
) -> None:
    write_variant_facts(edges, around, tmp_path / "whole.parquet")
    write_variant_facts(edges, around, tmp_path / "pieces.parquet", piece_rows=piece_rows)
    whole = pl.read_parquet(tmp_path / "whole.parquet")
    assert whole.equals(pl.read_parquet(tmp_path / "pieces.parquet"))
    assert whole["edge_index"].to_list() == list(range(60))
    assert 0 < whole["is_superseded"].sum() < 60
    assert pl.concat(iterate_slices(tmp_path / "pieces.parquet", piece_rows)).equals(whole)


def test_changed_facts__names_the_rows_that_differ(edges: Path, around: Surroundings, tmp_path: Path) -> None:
    write_variant_facts(edges, around, tmp_path / "old.parquet")
    facts = pl.read_parquet(tmp_path / "old.parquet")
    changed = facts.with_columns(
        flags=pl.when(pl.col("edge_index") == 17).then(pl.lit(["new"])).otherwise("flags"),
        aligned_z_score=pl.when(pl.col("edge_index") == 41).then(None).otherwise("aligned_z_score"),
    )
    changed.write_parquet(tmp_path / "new.parquet")
    found = changed_facts(tmp_path / "old.parquet", tmp_path / "new.parquet", piece_rows=7)
    assert found["edge_index"].to_list() == [17, 41]
    assert changed_facts(tmp_path / "old.parquet", tmp_path / "old.parquet").is_empty()


def test_write_variant_facts__no_edges(edges: Path, around: Surroundings, tmp_path: Path) -> None:
    pl.read_parquet(edges).clear().write_parquet(tmp_path / "none.parquet")
    write_variant_facts(tmp_path / "none.parquet", around, tmp_path / "facts.parquet")
    assert pl.read_parquet(tmp_path / "facts.parquet").is_empty()
    assert list(iterate_slices(tmp_path / "facts.parquet")) == []


def test_write_plain_facts__keeps_flags_and_supersedes_nothing(tmp_path: Path) -> None:
    flags = pl.Series([["a"], [], None], dtype=pl.List(pl.String))
    pl.DataFrame({"flags": flags}).write_parquet(tmp_path / "edges.parquet")
    write_plain_facts(tmp_path / "edges.parquet", tmp_path / "facts.parquet")
    found = pl.read_parquet(tmp_path / "facts.parquet")
    assert found["flags"].to_list() == [["a"], None, None]
    assert found["is_superseded"].to_list() == [False, False, False]
