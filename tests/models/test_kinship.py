"""Relationship matrices against slow twins, and against what GEMMA made of the mice."""

import json

import numpy as np
import pytest
from numpy.typing import NDArray

from models.genotype_blocks import GenotypeBlockError, array_reader
from models.kinship import (
    KINDS,
    GrmKind,
    Kinship,
    KinshipError,
    KinshipOptions,
    combine,
    estimate_kinship,
    estimate_kinships,
    leave_out,
    split_by,
)
from tests.goldens import check_golden
from tests.mouse_hs1940 import REF, gcta_kinships, gemma_kinship, needs_lmm

N_SNPS, N_PEOPLE = 60, 25


def simulate(*, share_missing: float = 0.05, seed: int = 1) -> NDArray[np.float32]:
    """Dosages that all vary, some missing."""
    rng = np.random.default_rng(seed)
    dosages = rng.binomial(2, rng.uniform(0.2, 0.8, N_SNPS)[:, None], (N_SNPS, N_PEOPLE)).astype(np.float32)
    dosages[rng.random(dosages.shape) < share_missing] = np.nan
    return dosages


def twin(dosages: NDArray[np.float32], kind: GrmKind) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The matrix and the SNPs of each pair, person by person and SNP by SNP."""
    x = dosages.astype(np.float64)
    n = x.shape[1]
    total, n_pairs = np.zeros((n, n)), np.zeros((n, n))
    for snp in x:
        seen = ~np.isnan(snp)
        p = snp[seen].mean() / 2.0
        spread = {"centred": 1.0, "standardised": np.where(seen, snp, 2.0 * p).std(), "gcta": np.sqrt(2 * p * (1 - p))}[
            kind
        ]
        z = np.where(seen, (snp - 2.0 * p) / spread, 0.0)
        total += np.outer(z, z)
        n_pairs += np.outer(seen, seen)
    return total / (n_pairs if kind == "gcta" else len(x)), n_pairs


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share_missing", [0.0, 0.05, 0.4])
def test_estimate_kinship__by_its_twin(kind: GrmKind, share_missing: float) -> None:
    dosages = simulate(share_missing=share_missing)
    expected, n_pairs = twin(dosages, kind)
    for precision, tolerance in (("float32", 1e-6), ("float64", 1e-7)):
        options = KinshipOptions(kind, precision=precision)  # type: ignore[arg-type]
        found = estimate_kinship(array_reader(dosages), N_SNPS, N_PEOPLE, options=options)
        np.testing.assert_allclose(found.matrix, expected, atol=tolerance)
        np.testing.assert_array_equal(found.matrix, found.matrix.T)
    if kind == "gcta" and share_missing:
        np.testing.assert_array_equal(found.n_pairs, n_pairs)
    else:
        assert found.n_pairs is None
    assert (found.kind, found.n_snps, found.n_people) == (kind, N_SNPS, N_PEOPLE)
    assert found.trace == pytest.approx(np.trace(expected))


def test_estimate_kinship__dropped_by_reason() -> None:
    dosages = simulate(share_missing=0.0)
    dosages[0] = np.nan
    dosages[1] = 1.0
    dosages[2, :20] = np.nan
    dosages[3] = 0.0
    dosages[3, 0] = 1.0
    options = KinshipOptions("centred", minimum_maf=0.05, maximum_missing=0.5)
    is_used = np.arange(N_SNPS) != 10
    found = estimate_kinship(array_reader(dosages), N_SNPS, N_PEOPLE, options=options, is_used=is_used)
    wanted = {"all_missing": 1, "monomorphic": 1, "missingness": 1, "minimum_maf": 1, "not_in_a_part": 1}
    assert dict(found.dropped) == wanted
    assert found.n_snps == N_SNPS - 5
    kept = is_used & (np.arange(N_SNPS) > 3)
    np.testing.assert_allclose(found.matrix, twin(dosages[kept], "centred")[0], atol=1e-6)


def test_estimate_kinship__other_allele_counted_changes_nothing() -> None:
    dosages = simulate()
    first, other = (
        estimate_kinship(array_reader(x), N_SNPS, N_PEOPLE, options=KinshipOptions("gcta"))
        for x in (dosages, 2.0 - dosages)
    )
    np.testing.assert_allclose(first.matrix, other.matrix, atol=1e-6)


def test_estimate_kinship__people_in_another_order() -> None:
    dosages, order = simulate(), np.random.default_rng(3).permutation(N_PEOPLE)
    first, other = (estimate_kinship(array_reader(x), N_SNPS, N_PEOPLE) for x in (dosages, dosages[:, order]))
    np.testing.assert_allclose(first.subset(order).matrix, other.matrix, atol=1e-7)


@pytest.mark.parametrize("kind", KINDS)
def test_estimate_kinships__parts_of_one_pass(kind: GrmKind) -> None:
    """Scattered and overlapping parts, whatever the blocks, equal the parts made alone."""
    dosages = simulate()
    membership = np.random.default_rng(4).random((N_SNPS, 3)) < 0.4
    membership[:, 2] = np.arange(N_SNPS) // 20 == 1
    options = KinshipOptions(kind, stored="float32")
    found = estimate_kinships(array_reader(dosages), N_SNPS, N_PEOPLE, membership=membership, options=options)
    for part, kinship in enumerate(found):
        np.testing.assert_allclose(kinship.matrix, twin(dosages[membership[:, part]], kind)[0], atol=2e-6)
        assert kinship.matrix.dtype == np.float32
        assert kinship.dropped["not_in_a_part"] == N_SNPS - kinship.n_snps


def test_estimate_kinships__small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.genotype_blocks.VALUES_AT_A_TIME", 7 * N_PEOPLE)
    dosages, seen = simulate(), []
    names, membership = split_by(["1"] * 25 + ["2"] * 35)
    assert names == ("1", "2")
    found = estimate_kinships(
        array_reader(dosages),
        N_SNPS,
        N_PEOPLE,
        membership=membership,
        options=KinshipOptions("gcta"),
        on_progress=seen.append,
    )
    assert seen == [*range(7, N_SNPS, 7), N_SNPS]
    np.testing.assert_allclose(found[1].matrix, twin(dosages[25:], "gcta")[0], atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share_missing", [0.0, 0.1])
def test_combine_and_leave_out__there_and_back(kind: GrmKind, share_missing: float) -> None:
    dosages = simulate(share_missing=share_missing)
    _, membership = split_by(["1"] * 15 + ["2"] * 20 + ["3"] * 25)
    parts = estimate_kinships(
        array_reader(dosages), N_SNPS, N_PEOPLE, membership=membership, options=KinshipOptions(kind)
    )
    whole = combine(parts)
    np.testing.assert_allclose(whole.matrix, twin(dosages, kind)[0], atol=1e-6)
    without = leave_out(whole, parts[1])
    expected, n_pairs = twin(dosages[~membership[:, 1]], kind)
    np.testing.assert_allclose(without.matrix, expected, atol=1e-6)
    assert (whole.n_snps, without.n_snps) == (N_SNPS, N_SNPS - 20)
    if kind == "gcta" and share_missing:
        np.testing.assert_array_equal(without.n_pairs, n_pairs)


def test_subset_and_centred__of_some_people() -> None:
    whole = estimate_kinship(array_reader(simulate()), N_SNPS, N_PEOPLE, options=KinshipOptions("gcta"))
    is_chosen = np.arange(N_PEOPLE) % 2 == 0
    some = whole.subset(is_chosen)
    np.testing.assert_array_equal(some.matrix, whole.matrix[is_chosen][:, is_chosen])
    assert some.n_pairs is not None
    assert some.n_pairs.shape == some.matrix.shape
    n = some.n_people
    projection = np.eye(n) - 1.0 / n
    np.testing.assert_allclose(some.centred(), projection @ some.matrix @ projection, atol=1e-12)


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"kind": "ibs"}, r"kind 'ibs' is not known: choose of centred, standardised, gcta"),
        ({"minimum_maf": 0.5}, r"minimum MAF must lie in \[0, 0.5\), not 0.5: give a share"),
        ({"maximum_missing": 5.0}, r"maximum missingness must lie in \[0, 1\], not 5.0: give a share"),
    ],
)
def test_kinship_options__impossible(choices: dict[str, object], message: str) -> None:
    with pytest.raises(KinshipError, match=message):
        KinshipOptions(**choices)  # type: ignore[arg-type]


def test_estimate_kinship__no_snp_left() -> None:
    dosages = np.ones((3, 4), np.float32)
    with pytest.raises(KinshipError, match=r"no SNP is left for part 0 .* 'monomorphic': 3.*: relax the filters"):
        estimate_kinship(array_reader(dosages), 3, 4)


@pytest.mark.parametrize(
    ("membership", "message"),
    [
        (np.ones((3, 1), np.bool_), r"shape \(3, 1\) for 60 SNPs: give a row a SNP"),
        (np.ones(60, np.bool_), r"shape \(60,\) for 60 SNPs"),
        (np.eye(60, 2) > 2, r"part 0 \(counted from 0\) has no SNP: leave it out"),
    ],
)
def test_estimate_kinships__parts_that_cannot_be(membership: NDArray[np.bool_], message: str) -> None:
    with pytest.raises(KinshipError, match=message):
        estimate_kinships(array_reader(simulate()), N_SNPS, N_PEOPLE, membership=membership)


def test_estimate_kinship__dosage_out_of_range() -> None:
    dosages = simulate()
    dosages[3, 4] = -1.0
    with pytest.raises(KinshipError, match=r"outside 0 to 2: give copies of one allele, NaN where missing"):
        estimate_kinship(array_reader(dosages), N_SNPS, N_PEOPLE)


def test_estimate_kinship__reader_of_other_people() -> None:
    with pytest.raises(GenotypeBlockError, match=r"wanted \(60, 24\)"):
        estimate_kinship(array_reader(simulate()), N_SNPS, N_PEOPLE - 1)


def test_combine_and_leave_out__unlike_matrices() -> None:
    eye = Kinship(np.eye(3), "centred", 10)
    for other, name in (
        (Kinship(np.eye(3), "gcta", 4), "kind to be combined, but have centred and gcta"),
        (Kinship(np.eye(4), "centred", 4), "n_people to be combined, but have 3 and 4"),
        (Kinship(np.eye(3), "centred", 4, minimum_maf=0.01), "minimum_maf to be combined, but have 0.0 and 0.01"),
    ):
        with pytest.raises(KinshipError, match=f"must agree in {name}: make them with the same options"):
            combine([eye, other])
        with pytest.raises(KinshipError, match="must agree"):
            leave_out(eye, other)
    with pytest.raises(KinshipError, match=r"a part of 10 SNPs cannot be left out of 10: none would be left"):
        leave_out(eye, eye)
    with pytest.raises(KinshipError, match=r"no relationship matrices to combine: give at least one"):
        combine([])


SMALL = (
    "?21100 11?221 020100 ?1?111 11?002 211120 01111? 011001 1?2?12 222121 ?11100 202?22 "
    "1?01?? ?00?00 ?20111 111010 020000 2112?1 1?1001 000001 10220? 12??22 22222? 12222?"
)
GEMMA_SMALL: dict[GrmKind, list[float]] = {
    "centred": [
        0.2209126984, -0.1253306878, 0.5818121693, -0.02333333333, -0.1322751323, 0.2068253968, -0.04444444444,
        -0.0764021164, -0.009523809524, 0.2222222222, 0.03895502646, -0.1210449735, -0.06798941799, -0.01925925926,
        0.2603835979, -0.06675925926, -0.1267592593, 0.0262962963, -0.07259259259, -0.09104497354, 0.3308597884,
    ],
    "standardised": [
        1.175470188, -0.3711484594, 1.28987595, -0.2602641056, -0.143457383, 0.774909964, -0.1745498199,
        -0.2278111244, -0.2087635054, 0.7925970388, -0.02589035614, -0.275230092, -0.2051620648, 0.05742296919,
        0.8020008003, -0.343617447, -0.2722288916, 0.04273709484, -0.2388955582, -0.3531412565, 1.165146058,
    ],
}  # fmt: skip
"""Lower triangles that GEMMA 0.98.5 made of `SMALL` (a word a SNP, six people, ? missing) in a .bed by
``gemma -bfile small -gk 1 -miss 1 -maf 0`` and ``-gk 2``."""


@pytest.mark.parametrize("kind", ["centred", "standardised"])
def test_estimate_kinship__gemma_with_missing_dosages(kind: GrmKind) -> None:
    dosages = np.array([[np.nan if x == "?" else float(x) for x in snp] for snp in SMALL.split()], np.float32)
    options = KinshipOptions(kind, precision="float64")
    found = estimate_kinship(array_reader(dosages), 24, 6, options=options)
    assert (found.n_snps, found.dropped["monomorphic"]) == (21, 3)
    lower = found.matrix[np.tril_indices(6)]
    check_golden(f"GEMMA's {kind} kinship, missing dosages", lower, GEMMA_SMALL[kind], atol=5e-8)


@needs_lmm
@pytest.mark.slow
def test_estimate_kinship__gemma_golden() -> None:
    """GEMMA -gk 1 of the .bed: trace, norm, largest eigenvalues, corner."""
    expected = json.loads((REF / "gemma_cXX_summary.json").read_text())["bed"]
    found = gemma_kinship()
    assert found.n_snps == 10_768
    check_golden("GEMMA's kinship of the mice: corner", found.matrix[:3, :3], expected["block3x3"], atol=1e-7)
    check_golden("GEMMA's kinship of the mice: trace", found.trace, expected["trace"], rtol=1e-7)
    check_golden("GEMMA's kinship of the mice: norm", np.linalg.norm(found.matrix), expected["fro"], rtol=1e-7)
    off = (found.matrix.sum() - found.trace) / (1940 * 1939)
    check_golden("GEMMA's kinship of the mice: mean beside the diagonal", off, expected["mean_offdiag"], atol=5e-8)


def test_estimate_kinship__standardised_has_the_trace_of_the_identity() -> None:
    options = KinshipOptions("standardised")
    found = estimate_kinship(array_reader(simulate(share_missing=0.2)), N_SNPS, N_PEOPLE, options=options)
    assert found.trace == pytest.approx(N_PEOPLE, rel=1e-5)


@needs_lmm
@pytest.mark.slow
def test_estimate_kinships__snps_of_gcta() -> None:
    names, parts = gcta_kinships()
    assert len(names) == 19
    assert sum(part.n_snps for part in parts) == 10_783
