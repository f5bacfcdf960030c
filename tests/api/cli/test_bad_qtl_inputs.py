"""Bad inputs of QTL mapping: each ends with exit code 1, one clear message, and nothing half done."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.api.cli.conftest import Run
from tests.api.cli.test_bad_statistics_inputs import names, refused, untouched
from tests.services.mixed_models.qtl_cohort import (
    QtlCohort,
    change_field,
    read_lines,
    write_covariates,
    write_lines,
    write_qtl_cohort,
)


@pytest.fixture
def cohort(tmp_path: Path) -> QtlCohort:
    return write_qtl_cohort(tmp_path)


def words(cohort: QtlCohort, *more: str) -> tuple[str, ...]:
    files = (str(cohort.bed), "--traits", str(cohort.traits), "--covariates", str(cohort.covariate_file))
    return ("qtl", *files, "--permutations", "0", "--out", str(cohort.folder / "out"), *more)


def test_sound_files__make_results(run_offline: Run, cohort: QtlCohort) -> None:
    """The files of this module are refused for what is wrong with them, and for nothing else."""
    shown = run_offline(*words(cohort, "--json"))
    assert shown.exit_code == 0, shown.stderr
    assert json.loads(shown.stdout)["n_people"] == 90


def test_1_gene_twice(run_offline: Run, cohort: QtlCohort) -> None:
    lines = read_lines(cohort.traits)
    write_lines(cohort.traits, [*lines, lines[3]])
    before = names(cohort.folder)
    refused(
        run_offline(*words(cohort)), "one row", f"{cohort.genes[2]} at line 4", "at line 14", "expression.bed.gz", "sum"
    )
    assert untouched(cohort.folder, before)


def test_2_person_missing_everywhere(run_offline: Run, cohort: QtlCohort) -> None:
    """Nobody has a value: counted as people without a trait, none left. One such person is counted and left out."""
    for line in range(2, 14):
        change_field(cohort.traits, line, 5, "NA")
    report = json.loads(run_offline(*words(cohort, "--json")).stdout)
    assert (report["n_people"], report["sample_counts"]["n_without_trait"]) == (89, 1)
    head, *rows = read_lines(cohort.traits)
    write_lines(cohort.traits, [head, *("\t".join([*row.split("\t")[:4], *["NA"] * 90]) for row in rows)])
    refused(run_offline(*words(cohort)), "nobody", "without trait 90")


def test_3_value_that_is_no_number(run_offline: Run, cohort: QtlCohort) -> None:
    change_field(cohort.traits, 7, 9, "high")
    person = read_lines(cohort.traits)[0].split("\t")[8]
    refused(
        run_offline(*words(cohort)), "a number, or NA", f"high ({cohort.genes[5]}, column {person})",
        "expression.bed.gz:7", "correct it",
    )  # fmt: skip


def test_4_places_that_are_none(run_offline: Run, cohort: QtlCohort) -> None:
    change_field(cohort.traits, 3, 2, "-5")
    refused(run_offline(*words(cohort)), "start of a BED interval", "0 or more", "seen: -5", "expression.bed.gz:3")
    change_field(cohort.traits, 3, 2, "900000000")
    refused(run_offline(*words(cohort)), "ends after its start", "900000000 to", "TSS - 1")


def test_5_collinear_covariates(run_offline: Run, cohort: QtlCohort) -> None:
    write_covariates(cohort.covariate_file, np.column_stack((cohort.covariates, 3.0 * cohort.covariates[:, 0])))
    before = names(cohort.folder)
    refused(run_offline(*words(cohort)), "sums of each other", "seen: factor2", "covariates.txt", "leave them out")
    assert untouched(cohort.folder, before)


def test_6_nobody_in_common(run_offline: Run, cohort: QtlCohort) -> None:
    lines = read_lines(cohort.traits)
    write_lines(cohort.traits, [lines[0].replace("\ti", "\tsample"), *lines[1:]])
    refused(run_offline(*words(cohort)), "nobody", "without trait row 90", "first ids f0 i0 and 0 sample")


def test_7_no_trait_with_a_place(run_offline: Run, cohort: QtlCohort) -> None:
    lines = read_lines(cohort.traits)
    write_lines(cohort.traits, ["\t".join(line.split("\t")[3:]) for line in lines])
    refused(run_offline(*words(cohort)), "traits to map", "none of 12", "without place 12", "table of genes")


def test_8_truncated_table(run_offline: Run, cohort: QtlCohort) -> None:
    cohort.traits.write_bytes(cohort.traits.read_bytes()[:-200])
    refused(run_offline(*words(cohort)), "gzip file must be complete", "expression.bed.gz")


def test_9_counts_that_are_none_to_scale(run_offline: Run, cohort: QtlCohort) -> None:
    refused(run_offline(*words(cohort, "--scale-people")), "must be counts", "do not scale values that are normalised")


def test_10_too_many_components(run_offline: Run, cohort: QtlCohort) -> None:
    refused(run_offline(*words(cohort, "--trait-components", "88")), "90 people cannot carry", "fewer components")


def test_11_choices_that_contradict_each_other(run_offline: Run, cohort: QtlCohort) -> None:
    refused(run_offline(*words(cohort, "--grm-kind", "gcta")), "for the method p3d", "method ols")
    refused(run_offline(*words(cohort, "--cis-p", "0")), "cis_p lies above 0")


def test_12_duplicated_person(run_offline: Run, cohort: QtlCohort) -> None:
    lines = read_lines(cohort.traits)
    fields = lines[0].split("\t")
    fields[5] = fields[4]
    write_lines(cohort.traits, ["\t".join(fields), *lines[1:]])
    refused(run_offline(*words(cohort)), "each person one column", f"{fields[4]} twice", "expression.bed.gz:1")
