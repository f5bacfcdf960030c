import numpy as np
import polars as pl
import pytest

from loaders.alleles import COMPLEMENTS
from loaders.ldsc import read_sumstats
from services.statistics.inputs import assemble_inputs
from services.statistics.reference import PLACE_COLUMNS, LdReference
from services.statistics.refusals import InputsError
from tests.loaders.ldsc.inputs import BOLT, needs_shared


def reference(ids, *, chromosome=None, position=None, **arrays):
    table = pl.DataFrame({
        "rsid": ids, "chromosome": chromosome or ["1"] * len(ids),
        "position_bp": position or list(range(1, len(ids) + 1)),
        "base": np.arange(len(ids)) + 1.0, "other": np.arange(len(ids)) / 2,
    })  # fmt: skip
    absent = [pl.lit(None, dtype=kind).alias(name) for name, kind in PLACE_COLUMNS.items() if name not in table.columns]
    known = {"m": np.array([9.0, 4.0]), "m_5_50": np.array([8.0, 3.0]), **arrays}
    return LdReference(("base", "other"), table.with_columns(absent), **known, source="run x")


def stats(ids, z=None, **columns):
    n = len(ids)
    frame = {"SNP": ids, "A1": ["A"] * n, "A2": ["G"] * n, "Z": z or list(np.arange(n) + 0.5), "N": [100.0] * n}
    return pl.DataFrame({**frame, **columns})


def test_assemble_inputs__joins_sorts_and_counts():
    ld = reference(["rs4", "rs1", "rs2", "rs3"], chromosome=["10", "2", "2", "1"], position=[1, 9, 3, 7])
    found = assemble_inputs(stats(["rs1", "rs2", "rs3", "rs4", "rs5"], [1.0, 2.0, 3.0, 4.0, 5.0]), ld)
    assert found.snps["rsid"].to_list() == ["rs3", "rs2", "rs1", "rs4"]
    assert found.z.tolist() == [3.0, 2.0, 1.0, 4.0]
    assert found.ld_scores.tolist() == [[4, 1.5], [3, 1], [2, 0.5], [1, 0]]
    assert found.weight_ld.tolist() == [4, 3, 2, 1]
    assert found.m.tolist() == [8.0, 3.0]
    assert (found.counts["not_in_ld_scores"], found.counts["kept"]) == (1, 4)
    assert assemble_inputs(stats(["rs1"]), ld, uses_all_m=True).m.tolist() == [9.0, 4.0]


def test_assemble_inputs__repeated_rsids_in_statistics():
    with pytest.raises(
        InputsError, match=r"once in the statistics; seen: rs1 in rows 1 and 3 .*, and 1 more ids.*munge"
    ):
        assemble_inputs(stats(["rs1", "rs2", "rs1", "rs2", "rs2"]), reference(["rs1", "rs2"]))


def test_assemble_inputs__repeated_rsids_in_ld_scores_are_counted():
    """Quirk 7: the reference drops them silently."""
    ids, chromosome = ["rs1", "rs1", "rs2", "rs2"], ["1", "1", "1", "2"]
    found = assemble_inputs(stats(["rs1", "rs2"]), reference(ids, chromosome=chromosome))
    assert found.ld_scores[:, 0].tolist() == [1.0, 3.0]
    assert (found.counts["repeated_in_ld_scores"], found.counts["kept"]) == (2, 2)


def test_assemble_inputs__weights():
    weights = pl.DataFrame({"rsid": ["rs2", "rs1", "rs2"], "weight_ld": [7.0, 8.0, 9.0]})
    found = assemble_inputs(stats(["rs1", "rs2", "rs3"]), reference(["rs1", "rs2", "rs3"]), weights)
    assert found.weight_ld.tolist() == [8.0, 7.0]
    assert (found.counts["not_in_weights"], found.counts["repeated_in_weights"]) == (1, 1)


def test_assemble_inputs__missing_values():
    frame = stats(["rs1", "rs2", "rs3"], [1.0, float("nan"), 2.0], N=[1.0, 1.0, None])
    counts = assemble_inputs(frame, reference(["rs1", "rs2", "rs3"])).counts
    assert (counts["missing_z"], counts["missing_n"], counts["kept"]) == (1, 1, 1)
    with pytest.raises(InputsError, match=r"z score in at least one row; seen: 2 rows.*munge the GWAS again"):
        assemble_inputs(stats(["rs1", "rs2"], [float("nan")] * 2), reference(["rs1"]))
    with pytest.raises(InputsError, match=r"sample size in at least one row.*give its sample size"):
        assemble_inputs(stats(["rs1"], N=pl.Series([None], dtype=pl.Float64)), reference(["rs1"]))
    with pytest.raises(InputsError, match=r"must have rows; seen: an empty table"):
        assemble_inputs(stats(["rs1"])[:0], reference(["rs1"]))


def test_assemble_inputs__nothing_in_common():
    with pytest.raises(
        InputsError,
        match=r"SNPs in common; seen: none of 1 SNPs such as 1:5:A:G; the LD scores have ids such as rs1",
    ):
        assemble_inputs(stats(["1:5:A:G"]), reference(["rs1"]))
    weights = pl.DataFrame({"rsid": ["rs7"], "weight_ld": [1.0]})
    with pytest.raises(InputsError, match=r"weights must have SNPs in common.*the weights have ids such as rs7"):
        assemble_inputs(stats(["rs1"]), reference(["rs1"]), weights)
    with pytest.raises(InputsError, match=r"traits must have SNPs in common; seen: ids such as rs1 and rs2"):
        assemble_inputs([stats(["rs1"]), stats(["rs2"])], reference(["rs1", "rs2"]))


def test_assemble_inputs__another_build():
    ids = [f"rs{row}" for row in range(30)]
    moved = stats(ids, CHR=["1"] * 30, BP=list(range(1001, 1031)))
    with pytest.raises(InputsError, match=r"one genome build; seen: 30 of 30 SNPs lie elsewhere, such as rs0: 1:1001"):
        assemble_inputs(moved, reference(ids))
    few = stats(ids, CHR=["1"] * 30, BP=[999, *range(2, 31)])
    assert assemble_inputs(few, reference(ids)).counts["another_position"] == 1


def test_assemble_inputs__without_m():
    with pytest.raises(InputsError, match="number of SNPs"):
        assemble_inputs(stats(["rs1"]), reference(["rs1"], m=None, m_5_50=None))
    assert assemble_inputs(stats(["rs1"]), reference(["rs1"], m_5_50=None)).m.tolist() == [9.0, 4.0]


def test_assemble_inputs__ambiguous_and_mismatched_alleles_of_two_traits():
    ids = ["rs1", "rs2", "rs3"]
    second = stats(ids, A1=["G", "A", "A"], A2=["A", "T", "C"])
    found = assemble_inputs([stats(ids), second], reference(ids))
    assert found.traits[1].z.tolist() == [-0.5]
    assert (found.counts["ambiguous_alleles_of_trait_2"], found.counts["mismatched_alleles_of_trait_2"]) == (1, 1)


@needs_shared
def test_assemble_inputs__relabelled_strands_and_alleles_give_the_same_z():
    """S4: alleles swapped or read from the other strand on 30 % of SNPs."""
    frame = read_sumstats(BOLT / "golden" / "munged_nomerge.sumstats.gz")
    ld = reference(frame["SNP"].to_list())
    expected = assemble_inputs([frame, frame], ld)
    rng = np.random.default_rng(4)
    swapped, flipped = (pl.Series(rng.random(frame.height) < 0.3) for _ in range(2))
    other = frame.with_columns(
        A1=pl.when(swapped).then("A2").otherwise("A1"), A2=pl.when(swapped).then("A1").otherwise("A2"),
        Z=pl.when(swapped).then(-pl.col("Z")).otherwise("Z"),
    )  # fmt: skip
    other = other.with_columns(
        pl.when(flipped).then(pl.col("A1", "A2").replace(COMPLEMENTS)).otherwise(pl.col("A1", "A2"))
    )
    order = rng.permutation(frame.height)
    found = assemble_inputs([frame[order], other], ld)
    np.testing.assert_array_equal(found.traits[1].z, expected.traits[1].z)
    np.testing.assert_array_equal(found.z, expected.z)
    assert found.counts["kept"] == frame.height


@needs_shared
def test_assemble_inputs__golden_number_of_snps():
    table = pl.read_parquet(BOLT / "golden" / "ld_scores.parquet")
    ld = reference(
        table["SNP"].to_list(), chromosome=table["CHR"].cast(pl.String).to_list(), position=table["BP"].to_list()
    )
    assert assemble_inputs(read_sumstats(BOLT / "golden" / "munged_nomerge.sumstats.gz"), ld).counts["kept"] == 54_666
