"""A map from files to tables: against least squares pair by pair, against itself, and at its edges."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray
from polars.testing import assert_frame_equal

from loaders.errors import FormatError
from models.association.normal_scores import inverse_normal
from services.mixed_models import MatchError, QtlReport, QtlRequest, RequestError, map_qtl
from services.registry import sha256_of
from tests.models.association.qtl_twin import pair_test
from tests.services.mixed_models.qtl_cohort import (
    ALONE,
    CONSTANT,
    N_GENES,
    N_PEOPLE,
    N_SNPS,
    ON_X,
    PLANTED,
    QtlCohort,
    change_field,
    read_lines,
    write_covariates,
    write_expression,
    write_lines,
    write_people,
    write_qtl_cohort,
)

SMALL = {"minimum_maf": 0.0, "maximum_missing": 1.0}


@pytest.fixture
def cohort(tmp_path: Path) -> QtlCohort:
    return write_qtl_cohort(tmp_path)


def tables(request: QtlRequest, folder: Path, name: str = "out") -> tuple[pl.DataFrame, pl.DataFrame, QtlReport]:
    """The tables that a map writes: pairs, genes, and its report."""
    report = map_qtl(dataclasses.replace(request, out=folder / name))
    return pl.read_parquet(report.files[0]), pl.read_parquet(report.files[1]), report


def twin(cohort: QtlCohort, values: NDArray[np.float64], *, window_bp: int = 1_500_000) -> pl.DataFrame:
    """Every cis pair by least squares, one at a time; INT as the map does it."""
    rows = []
    for gene, name in enumerate(cohort.genes):
        for snp in range(N_SNPS):
            is_near = abs(cohort.positions[snp] - cohort.gene_positions[gene]) <= window_bp
            if gene != CONSTANT and is_near and cohort.chromosomes[snp] == cohort.gene_chromosomes[gene]:
                beta, se, p = pair_test(cohort.dosages[snp], values[:, gene], cohort.covariates)
                has_both = ~np.isnan(values[:, gene]) & ~np.isnan(cohort.dosages[snp])
                rows.append((name, f"rs{1000 + snp}", int(has_both.sum()), beta, se, p))
    return pl.DataFrame(rows, schema=["trait", "rsid", "n", "beta", "se", "neg_log10_p"], orient="row")


@pytest.mark.parametrize("is_inverse_normal", [True, False])
def test_map_qtl__is_least_squares_pair_by_pair(cohort: QtlCohort, is_inverse_normal: bool) -> None:
    pairs, genes, report = tables(cohort.request(is_inverse_normal=is_inverse_normal, **SMALL), cohort.folder)
    values = inverse_normal(cohort.values) if is_inverse_normal else cohort.values
    expected = twin(cohort, values).sort("trait", "rsid")
    found = pairs.sort("trait", "rsid")
    assert_frame_equal(found.select("trait", "rsid"), expected.select("trait", "rsid"))
    assert found["n"].to_list() == expected["n"].to_list()
    for name in ("beta", "se", "neg_log10_p"):
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-4, atol=1e-4, err_msg=name)
    np.testing.assert_allclose(found["z"], found["beta"] / found["se"])
    assert set(found["cis_trans"]) == {"cis"}
    assert (report.n_cis_tests, report.n_cis_kept, report.is_complete) == (expected.height, expected.height, True)
    for gene, snp in PLANTED.items():
        (row,) = genes.filter(pl.col("trait") == cohort.genes[gene]).to_dicts()
        assert row["lead_rsid"] == f"rs{1000 + snp}"
        assert row["neg_log10_p"] == pytest.approx(expected.filter(trait=row["trait"])["neg_log10_p"].max(), rel=1e-4)
        frequency = np.nanmean(cohort.dosages[snp]) / 2
        assert row["lead_frequency"] == pytest.approx(frequency, abs=1e-6)
        assert (row["lead_effect_allele"], row["n_tests"]) == ("A", expected.filter(trait=row["trait"]).height)


def test_map_qtl__three_people_by_hand(tmp_path: Path) -> None:
    """y = 1, 2, 6 on x = 0, 1, 2: slope 5/2, residuals .5, -1, .5, so s² = 1.5, se = √(1.5/2), t = 2.886751 (df 1)."""
    write_people(tmp_path / "p.bed", np.array([[0.0, 1.0, 2.0]], np.float32), ("1",), np.array([500]))
    (tmp_path / "t.tsv").write_text("chr\tstart\tend\tid\ti2\ti0\ti1\n1\t499\t500\tENSG00000000001.3\t6\t1\t2\n")
    from services.mixed_models import PeopleRequest

    people = PeopleRequest(genotypes=tmp_path / "p.bed", phenotypes=tmp_path / "t.tsv", traits=())
    request = QtlRequest(people=people, is_inverse_normal=False, n_permutations=0, minimum_maf=0.0)
    pairs, genes, _ = tables(request, tmp_path)
    (row,) = pairs.to_dicts()
    assert (row["trait"], row["rsid"], row["position_bp"], row["n"], row["frequency"]) == (
        "ENSG00000000001.3", "rs1000", 500, 3, 0.5,
    )  # fmt: skip
    assert (row["beta"], row["se"]) == (pytest.approx(2.5), pytest.approx(np.sqrt(0.75)))
    assert 10 ** -row["neg_log10_p"] == pytest.approx(2 / np.pi * np.arctan(1 / 2.886751346), rel=1e-6)
    assert genes["position_bp"].to_list() == [500]


def test_map_qtl__missing_values_leave_out_people_of_that_gene(cohort: QtlCohort) -> None:
    values = cohort.values.copy()
    values[np.random.default_rng(1).uniform(size=values.shape) < 0.1] = np.nan
    write_expression(cohort, values)
    pairs, genes, _ = tables(cohort.request(is_inverse_normal=False, **SMALL), cohort.folder)
    expected = twin(cohort, values).sort("trait", "rsid")
    found = pairs.sort("trait", "rsid")
    np.testing.assert_allclose(found["neg_log10_p"], expected["neg_log10_p"], rtol=1e-3, atol=1e-4)
    assert found["n"].to_list() == expected["n"].to_list()
    seen = dict(zip(cohort.genes, (~np.isnan(values)).sum(axis=0).tolist(), strict=True))
    assert dict(genes.select("trait", "n").iter_rows()) == seen


def test_map_qtl__counts_genes_without_snps_constant_ones_and_x(cohort: QtlCohort) -> None:
    _, genes, report = tables(cohort.request(), cohort.folder)
    assert (report.trait_counts["n_constant"], report.trait_counts["n_without_place"]) == (1, 0)
    assert (report.n_traits, report.n_traits_with_snps) == (N_GENES - 1, N_GENES - 2)
    rows = {row["trait"]: row for row in genes.to_dicts()}
    for gene in (CONSTANT, ALONE):
        row = rows[cohort.genes[gene]]
        assert (row["n_tests"], row["lead_rsid"], row["q"], row["neg_log10_p"]) == (0, None, None, None)
    assert rows[cohort.genes[ON_X]]["chromosome"] == "X"
    assert rows[cohort.genes[ON_X]]["n_tests"] > 0
    assert any("X are tested as they are" in note for note in report.notes)


def test_map_qtl__order_of_rows_and_people_and_lines_does_not_matter(cohort: QtlCohort) -> None:
    before, genes, _ = tables(cohort.request(n_permutations=30), cohort.folder)
    head, *rows = read_lines(cohort.traits)
    write_lines(cohort.traits, [head, *np.random.default_rng(2).permutation(rows).tolist()])
    order = np.random.default_rng(3).permutation(N_SNPS)
    chromosomes = tuple(cohort.chromosomes[row] for row in order)
    write_people(cohort.bed, cohort.dosages[order], chromosomes, cohort.positions[order])
    bim = cohort.bed.with_suffix(".bim")
    lines = [line.split("\t") for line in bim.read_text().splitlines()]
    renamed = ["\t".join([row[0], f"rs{1000 + number}", *row[2:]]) for row, number in zip(lines, order, strict=True)]
    bim.write_text("\n".join(renamed) + "\n")
    after, genes_after, _ = tables(cohort.request(n_permutations=30), cohort.folder, "again")
    by = ["trait", "rsid"]
    assert_frame_equal(before.sort(by), after.sort(by), abs_tol=1e-6)
    assert_frame_equal(genes.sort("trait"), genes_after.sort("trait"), abs_tol=1e-5)


def test_map_qtl__flipped_alleles_flip_effects_and_nothing_else(cohort: QtlCohort) -> None:
    before, genes, _ = tables(cohort.request(n_permutations=30), cohort.folder)
    write_people(cohort.bed, 2 - cohort.dosages, cohort.chromosomes, cohort.positions)
    after, genes_after, _ = tables(cohort.request(n_permutations=30), cohort.folder, "again")
    np.testing.assert_allclose(after["beta"], -before["beta"], atol=1e-6)
    np.testing.assert_allclose(after["frequency"], 1 - before["frequency"], atol=1e-6)
    np.testing.assert_allclose(after["neg_log10_p"], before["neg_log10_p"], atol=1e-5)
    np.testing.assert_allclose(
        genes_after["neg_log10_p_gene"].fill_null(-1), genes["neg_log10_p_gene"].fill_null(-1), atol=1e-3
    )


def test_map_qtl__cis_and_trans_are_all_pairs_and_share_none(cohort: QtlCohort) -> None:
    request = cohort.request(mode="both", trans_p=1.0)
    pairs, genes, report = tables(request, cohort.folder)
    assert pairs.height == report.n_snps_passing * (N_GENES - 1)
    assert not pairs.select("trait", "rsid").is_duplicated().any()
    assert dict(pairs["cis_trans"].value_counts().iter_rows()) == {
        "cis": report.n_cis_kept, "trans": report.n_trans_kept
    }  # fmt: skip
    assert not report.is_complete
    assert genes["n_trans_tests"].sum() == report.n_trans_tests
    strong, _, _ = tables(cohort.request(mode="trans", trans_p=0.01), cohort.folder, "strong")
    wanted = pairs.filter((pl.col("cis_trans") == "trans") & (pl.col("neg_log10_p") >= 2))
    assert wanted["is_significant"].null_count() == wanted.height
    assert_frame_equal(strong.drop("is_significant"), wanted.drop("is_significant"), abs_tol=1e-6)


def test_map_qtl__trans_genes_without_a_strong_pair_count_among_the_tests(cohort: QtlCohort) -> None:
    """q is made over all genes that were tested, not over those with a pair above the bar."""
    _, genes, report = tables(cohort.request(mode="trans", trans_p=0.001), cohort.folder)
    found = genes.filter(pl.col("lead_rsid").is_not_null()).sort("neg_log10_p_gene", descending=True)
    assert 0 < found.height < report.n_traits_with_snps == N_GENES - 1
    p = np.minimum(10.0 ** -found["neg_log10_p"].to_numpy() * found["n_tests"].to_numpy(), 1.0)
    raw = p * (N_GENES - 1) / np.arange(1, p.size + 1)
    np.testing.assert_allclose(found["q"], np.minimum(np.minimum.accumulate(raw[::-1])[::-1], 1.0))
    assert report.judged_by == "bonferroni"


def test_map_qtl__genes_of_few_people_are_left_out_and_counted(cohort: QtlCohort) -> None:
    expressed = (cohort.values > 0).mean(axis=0)
    report = map_qtl(cohort.request(minimum_expressed=0.6))
    assert 0 < (expressed < 0.6).sum() < N_GENES
    assert report.trait_counts["n_low_expression"] == (expressed < 0.6).sum()


def test_map_qtl__snps_without_a_place_are_left_out_and_counted(cohort: QtlCohort) -> None:
    bim = cohort.bed.with_suffix(".bim")
    lines = [line.split("\t") for line in bim.read_text().splitlines()]
    lines[4][3], lines[5][0] = "0", "0"
    bim.write_text("\n".join("\t".join(line) for line in lines) + "\n")
    pairs, _, report = tables(cohort.request(), cohort.folder)
    assert report.n_dropped["without_place"] == 2
    assert report.n_snps_passing + sum(report.n_dropped.values()) == report.n_snps == N_SNPS
    assert not {"rs1004", "rs1005"} & set(pairs["rsid"])


def test_map_qtl__a_bar_drops_weak_pairs_and_no_gene(cohort: QtlCohort) -> None:
    everything, genes, _ = tables(cohort.request(), cohort.folder)
    pairs, genes_after, report = tables(cohort.request(cis_p=0.01), cohort.folder, "strong")
    assert_frame_equal(pairs, everything.filter(pl.col("neg_log10_p") >= 2))
    assert_frame_equal(genes, genes_after)
    assert (report.is_complete, report.n_cis_tests, report.n_cis_kept) == (False, everything.height, pairs.height)


def test_map_qtl__permutations_judge_genes_and_keep_their_seed(cohort: QtlCohort) -> None:
    _, genes, report = tables(cohort.request(n_permutations=200, seed=3), cohort.folder)
    _, again, _ = tables(cohort.request(n_permutations=200, seed=3), cohort.folder, "again")
    _, other, _ = tables(cohort.request(n_permutations=200, seed=4), cohort.folder, "other")
    assert_frame_equal(genes, again)
    assert not genes["neg_log10_p_beta"].equals(other["neg_log10_p_beta"])
    assert (report.judged_by, report.n_permutations) == ("beta", 200)
    found = set(genes.filter(pl.col("q") <= 0.05)["trait"])
    assert {cohort.genes[gene] for gene in PLANTED} <= found
    assert report.n_significant == len(found)
    tested = genes.filter(pl.col("n_tests") > 0)
    assert tested["neg_log10_p_permutation"].max() == pytest.approx(np.log10(201))
    assert (tested["neg_log10_p_gene"] <= tested["neg_log10_p"] + 0.3).all()
    assert report.genes[0].trait in {cohort.genes[gene] for gene in PLANTED}


def test_map_qtl__significant_pairs_are_those_as_strong_as_a_gene_that_just_passes(cohort: QtlCohort) -> None:
    pairs, genes, report = tables(cohort.request(n_permutations=200), cohort.folder)
    passing = set(genes.filter(pl.col("q") <= 0.05)["trait"])
    marked = pairs.filter("is_significant")
    assert set(marked["trait"]) == passing
    assert report.n_significant_pairs == marked.height >= len(passing)
    bars = dict(genes.select("trait", "neg_log10_p_threshold").iter_rows())
    for row in pairs.to_dicts():
        assert row["is_significant"] == (row["neg_log10_p"] >= bars[row["trait"]])
    for row in genes.filter(pl.col("n_tests") > 0).to_dicts():
        assert (row["neg_log10_p"] >= row["neg_log10_p_threshold"]) == (row["trait"] in passing)
    plain, of_plain, _ = tables(cohort.request(), cohort.folder, "plain")
    assert set(plain.filter("is_significant")["trait"]) == set(of_plain.filter(pl.col("q") <= 0.05)["trait"])


def test_map_qtl__without_a_significant_gene_no_pair_is(cohort: QtlCohort) -> None:
    write_expression(cohort, np.random.default_rng(5).standard_normal(cohort.values.shape))
    pairs, genes, report = tables(cohort.request(fdr=1e-6), cohort.folder)
    assert (report.n_significant, report.n_significant_pairs, pairs["is_significant"].any()) == (0, 0, False)
    assert genes["neg_log10_p_threshold"].null_count() == genes.height


def test_map_qtl__kinship_of_strangers_changes_little_and_is_said(cohort: QtlCohort) -> None:
    plain, _, _ = tables(cohort.request(n_permutations=50), cohort.folder)
    mixed, _, report = tables(cohort.request(n_permutations=50, method="p3d"), cohort.folder, "mixed")
    assert report.kinship is not None
    assert report.kinship.source == "computed"
    assert mixed.height == plain.height
    assert np.corrcoef(mixed["z"], plain["z"])[0, 1] > 0.95
    assert {gene.trait for gene in report.genes[:2]} == {cohort.genes[gene] for gene in PLANTED}
    assert report.genes[0].q < 0.05


def test_map_qtl__mixed_model_leaves_out_genes_with_missing_values(cohort: QtlCohort) -> None:
    change_field(cohort.traits, 2, 7, "NA")
    report = map_qtl(cohort.request(method="p3d"))
    assert report.trait_counts["n_with_missing_values"] == 1
    assert report.n_traits == N_GENES - 2


def test_map_qtl__counts_people_who_are_lost(cohort: QtlCohort) -> None:
    lines = read_lines(cohort.traits)
    write_lines(cohort.traits, ["\t".join(line.split("\t")[:-3]) for line in lines])
    (cohort.folder / "remove.txt").write_text(f"f0 {lines[0].split(chr(9))[5]}\n".replace("f0", "0"))
    people = cohort.people(remove=cohort.folder / "remove.txt")
    report = map_qtl(cohort.request(people=people))
    lost = {name: number for name, number in report.sample_counts.items() if number}
    assert lost == {"n_genotyped": 90, "n_in_remove_list": 1, "n_without_trait_row": 3, "n_matched": 86}
    assert report.n_people == 86


def test_map_qtl__covariates_as_a_table_of_people_give_the_same(cohort: QtlCohort) -> None:
    before, _, _ = tables(cohort.request(), cohort.folder)
    ids = {"FID": [f"f{row}" for row in range(N_PEOPLE)], "IID": [f"i{row}" for row in range(N_PEOPLE)]}
    factors = {f"factor{at}": cohort.covariates[:, at] for at in range(2)}
    pl.DataFrame({**ids, **factors}).write_csv(cohort.covariate_file, separator="\t")
    after, _, report = tables(cohort.request(), cohort.folder, "again")
    assert_frame_equal(before, after)
    assert report.covariates == ("factor0", "factor1")


def test_map_qtl__components_of_traits_become_covariates(cohort: QtlCohort) -> None:
    report = map_qtl(cohort.request(n_factors=2))
    assert report.covariates == ("factor0", "factor1", "trait_component_1", "trait_component_2")
    without = map_qtl(cohort.request())
    assert report.genes[0].neg_log10_p != without.genes[0].neg_log10_p


def test_map_qtl__says_what_it_was_made_from(cohort: QtlCohort) -> None:
    pairs, genes, report = tables(cohort.request(n_permutations=25), cohort.folder)
    table, of_genes, about = (Path(file) for file in report.files)
    described = json.loads(about.read_text())
    assert described["table"] == {"file": "out.qtl.parquet", "sha256": sha256_of(table), "rows": pairs.height}
    assert described["genes_table"]["sha256"] == sha256_of(of_genes)
    assert described["genes_table"]["rows"] == genes.height == N_GENES
    assert described["settings"]["is_inverse_normal"] is True
    assert described["settings"]["seed"] == 1
    named = {entry["file"]: entry["sha256"] for entry in described["inputs"]}
    assert set(named) == {"people.bed", "people.bim", "people.fam", "expression.bed.gz", "covariates.txt"}
    assert named["expression.bed.gz"] == sha256_of(cohort.traits)
    assert described["results"]["n_cis_tests"] == pairs.height
    assert str(cohort.folder) not in about.read_text()
    assert "i17" not in about.read_text()


def test_map_qtl__refuses_what_cannot_be_mapped(cohort: QtlCohort) -> None:
    write_covariates(cohort.covariate_file, np.column_stack((cohort.covariates, cohort.covariates.sum(axis=1))))
    with pytest.raises(MatchError, match=r"sums of each other; seen: factor2; in .*covariates.txt"):
        map_qtl(cohort.request())
    lines = read_lines(cohort.traits)
    write_lines(cohort.traits, [lines[0], *(line.replace("chr", "scaffold") for line in lines[1:])])
    with pytest.raises(MatchError, match=r"traits to map; seen: none of 12 .*without place 12"):
        map_qtl(cohort.request())
    write_lines(cohort.traits, [lines[0].replace("\ti", "\tx"), *lines[1:]])
    with pytest.raises(FormatError, match=r"nobody .*without trait row 90.*first ids f0 i0 and 0 x"):
        map_qtl(cohort.request())


def test_map_qtl__refuses_a_place_it_cannot_write_to_before_it_reads(cohort: QtlCohort) -> None:
    request = cohort.request(out=cohort.traits / "out")
    cohort.bed.unlink()
    with pytest.raises(RequestError, match="written to a folder"):
        map_qtl(request)


def test_map_qtl__tells_how_far_it_is(cohort: QtlCohort) -> None:
    told: list[tuple[int, int, str]] = []
    map_qtl(cohort.request(mode="both", n_permutations=20), on_progress=lambda *now: told.append(now))
    assert list(dict.fromkeys(text for _, _, text in told)) == [
        "frequencies", "cis pairs", "permutations of traits", "trans pairs",
    ]  # fmt: skip
    assert (N_GENES - 2, N_GENES - 2, "permutations of traits") in told
