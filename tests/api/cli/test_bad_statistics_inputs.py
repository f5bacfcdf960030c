"""Ten bad inputs of LD score regression: each ends with exit code 1, one clear message, and nothing half done."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import Result

from tests.api.cli.conftest import Run
from tests.api.cli.statistics_files import (
    N_SNPS,
    N_VARIANTS,
    ld_score_columns,
    statistics,
    write_annotation,
    write_panel,
    write_scores,
    write_statistics,
)

FEW = ("--blocks", "20")


def refused(shown: Result, *parts: str) -> None:
    """See that the command failed with a message that holds these parts, without a traceback or a result."""
    message = " ".join(shown.stderr.replace("│", " ").split())
    assert (shown.exit_code, shown.stdout) == (1, ""), message
    assert "Traceback" not in shown.stderr
    for part in parts:
        assert part in message, message


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder of sound files: a panel, LD scores with and without a category, statistics."""
    columns = ld_score_columns()
    write_panel(tmp_path)
    write_scores(tmp_path / "ld", {"L2": columns["base"]})
    write_scores(tmp_path / "categories", columns)
    write_statistics(tmp_path / "good.sumstats.gz", statistics())
    return tmp_path


def untouched(folder: Path, before: set[str]) -> bool:
    """Whether no file was written beside the inputs."""
    return {path.name for path in folder.iterdir() if path.name != "home"} == before


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_sound_files__make_results(run_offline: Run, files: Path) -> None:
    """The files of this module are refused for what is wrong with them, and for nothing else."""
    shown = run_offline("ldscore", str(files / "panel.bed"), "--out", str(files / "out"), "--json")
    assert shown.exit_code == 0, shown.stderr
    assert json.loads(shown.stdout)["n_snps"] == N_VARIANTS
    shown = run_offline("h2", str(files / "good.sumstats.gz"), "--ld-scores", str(files / "ld"), *FEW, "--json")
    assert shown.exit_code == 0, shown.stderr
    (result,) = json.loads(shown.stdout)["results"]
    assert abs(result["h2"] - 0.5) < 4 * result["h2_se"]
    assert (result["n_snps"], result["status"]) == (N_SNPS, "written")
    assert json.loads(run_offline("audit", "--json").stdout)["entries"] == []  # files alone are nobody's business
    words = ("partition", str(files / "good.sumstats.gz"), "--ld-scores", str(files / "categories"), *FEW, "--json")
    assert [row["name"] for row in json.loads(run_offline(*words).stdout)["categories"]] == ["base", "enhancer"]


def test_truncated_bed__is_named_with_its_sizes(run_offline: Run, files: Path) -> None:
    bed = files / "panel.bed"
    bed.write_bytes(bed.read_bytes()[:-7])
    before = names(files)
    shown = run_offline("ldscore", str(bed), "--out", str(files / "out"))
    refused(
        shown, "596 bytes", "40 people in the .fam and 60 variants in the .bim need 603", "panel.bed", "copy all three"
    )
    assert untouched(files, before)


def test_fam_of_another_panel__is_named_with_its_people(run_offline: Run, files: Path) -> None:
    fam = files / "panel.fam"
    fam.write_text("".join(fam.read_text().splitlines(keepends=True)[:30]))
    shown = run_offline("ldscore", str(files / "panel.bed"), "--out", str(files / "out"))
    refused(shown, "30 people in the .fam and 60 variants in the .bim", "the files do not belong together")


def test_bim_of_another_panel__is_named_with_its_variants(run_offline: Run, files: Path) -> None:
    bim = files / "panel.bim"
    bim.write_text(bim.read_text() + "22\trs999\t9.9\t99999999\tA\tG\n")
    shown = run_offline("ldscore", str(files / "panel.bed"), "--out", str(files / "out"))
    refused(shown, "61 variants in the .bim", "the files do not belong together")


@pytest.mark.parametrize("n_rows", [N_VARIANTS - 1, N_VARIANTS + 1])
def test_annotation_rows__are_those_of_the_panel(run_offline: Run, files: Path, n_rows: int) -> None:
    annotation = write_annotation(files / "marks.annot.gz", n_rows)
    before = names(files)
    words = ("ldscore", str(files / "panel.bed"), "--annotation", str(annotation), "--out", str(files / "out"))
    refused(run_offline(*words), "marks.annot.gz", f"{n_rows} rows", f"{N_VARIANTS}")
    assert untouched(files, before)


def test_duplicate_rsids__are_refused_with_their_rows(run_offline: Run, files: Path) -> None:
    rows = statistics(SNP=["rs0", "rs0", *(f"rs{row}" for row in range(2, N_SNPS))])
    write_statistics(files / "twice.sumstats.gz", rows)
    words = ("h2", str(files / "twice.sumstats.gz"), "--ld-scores", str(files / "ld"), *FEW)
    refused(run_offline(*words), "must come once", "rs0 in rows 1 and 2", "locusgraph munge")
    again = run_offline("munge", str(files / "twice.sumstats.gz"), "--out", str(files / "once"), "--json")
    assert json.loads(again.stdout)["losses"] == {"repeated_rsid": 1}
    words = ("h2", str(files / "once.sumstats.gz"), "--ld-scores", str(files / "ld"), *FEW, "--json")
    assert json.loads(run_offline(*words).stdout)["results"][0]["n_snps"] == N_SNPS - 1


def test_singular_annotations__are_named(run_offline: Run, files: Path) -> None:
    columns = ld_score_columns()
    write_scores(files / "copies", {**columns, "again": columns["enhancer"].copy()})
    words = ("partition", str(files / "good.sumstats.gz"), "--ld-scores", str(files / "copies"), *FEW)
    refused(run_offline(*words), "enhancer", "again", "leave")


def test_sample_size__that_is_missing_is_said_with_the_remedy(run_offline: Run, files: Path) -> None:
    write_statistics(files / "no-n.sumstats.gz", statistics(N=[None] * N_SNPS))
    words = ("h2", str(files / "no-n.sumstats.gz"), "--ld-scores", str(files / "ld"), *FEW)
    refused(run_offline(*words), "sample size", "2,000 rows", "no-n.sumstats.gz", "give its N")


def test_sample_size__without_its_column_is_said_with_the_remedy(run_offline: Run, files: Path) -> None:
    write_statistics(files / "no-n.sumstats.gz", statistics().drop("N"))
    words = ("h2", str(files / "no-n.sumstats.gz"), "--ld-scores", str(files / "ld"), *FEW)
    refused(run_offline(*words), "N", "no-n.sumstats.gz")


def test_z__that_is_nowhere_is_said(run_offline: Run, files: Path) -> None:
    write_statistics(files / "nan.sumstats.gz", statistics(Z=[float("nan")] * N_SNPS))
    words = ("h2", str(files / "nan.sumstats.gz"), "--ld-scores", str(files / "ld"), *FEW)
    refused(run_offline(*words), "z score", "2,000 rows", "nan.sumstats.gz", "munge the GWAS again")


def test_another_build__is_noticed_by_positions(run_offline: Run, files: Path) -> None:
    places = {"CHR": ["1"] * N_SNPS, "BP": [1_000 * row + 50_001 for row in range(N_SNPS)]}
    frame = statistics().with_columns(**{name: np.array(values) for name, values in places.items()})
    write_statistics(files / "hg38.sumstats.gz", frame)
    words = ("h2", str(files / "hg38.sumstats.gz"), "--ld-scores", str(files / "ld"), *FEW)
    refused(
        run_offline(*words),
        "one genome build",
        "2,000 of 2,000 SNPs lie elsewhere, such as rs0: 1:50001 in the statistics, 1:1 in the LD scores",
        "LD scores of the statistics' build",
    )


def test_no_overlap__shows_ids_of_both_sides(run_offline: Run, files: Path) -> None:
    write_statistics(files / "places.sumstats.gz", statistics(SNP=[f"1:{row}:A:G" for row in range(N_SNPS)]))
    words = ("h2", str(files / "places.sumstats.gz"), "--ld-scores", str(files / "ld"), *FEW)
    refused(run_offline(*words), "must have SNPs in common", "1:0:A:G, 1:1:A:G", "ids such as rs0", "munge --ids-from")


@pytest.mark.parametrize(
    ("window", "seen"),
    [
        (("--window-cm", "50"), "50 cM on each side spans all variants of chromosome 22; seen: 60 SNPs within 5.9 cM"),
        (
            ("--window-kb", "1000"),
            "1000 kb on each side spans all variants of chromosome 22; seen: 60 SNPs within 59 kb",
        ),
        (
            ("--window-snps", "100"),
            "100 SNPs on each side spans all variants of chromosome 22; seen: 60 SNPs within 59",
        ),
    ],
)
def test_window_over_the_whole_chromosome__is_refused(
    run_offline: Run, files: Path, window: tuple[str, str], seen: str
) -> None:
    before = names(files)
    words = ("ldscore", str(files / "panel.bed"), *window, "--out", str(files / "out"))
    refused(run_offline(*words), "narrower than the chromosome", seen, "panel.bim", "--yes-really")
    assert untouched(files, before)
    assert run_offline(*words, "--yes-really").exit_code == 0


def test_no_genetic_map__asks_for_another_window(run_offline: Run, files: Path) -> None:
    bim = files / "panel.bim"
    rows = [line.split("\t") for line in bim.read_text().splitlines()]
    bim.write_text("".join("\t".join([*row[:2], "0", *row[3:]]) + "\n" for row in rows))
    words = ("ldscore", str(files / "panel.bed"), "--out", str(files / "out"))
    refused(run_offline(*words), "needs a genetic map", "panel.bim, chromosome 22", "choose a window in kb")


def test_ld_scores__that_are_not_there_are_said(run_offline: Run, files: Path) -> None:
    words = ("h2", str(files / "good.sumstats.gz"), "--ld-scores", str(files / "nothing"), *FEW)
    refused(run_offline(*words), "nothing")


def test_statistics__cut_in_the_middle_are_said(run_offline: Run, files: Path) -> None:
    whole = (files / "good.sumstats.gz").read_bytes()
    (files / "cut.sumstats.gz").write_bytes(whole[: len(whole) // 2])
    refused(
        run_offline("h2", str(files / "cut.sumstats.gz"), "--ld-scores", str(files / "ld"), *FEW), "cut.sumstats.gz"
    )


def test_annotation__that_is_genotypes_is_refused(run_offline: Run, files: Path) -> None:
    bed = str(files / "panel.bed")
    before = names(files)
    shown = run_offline("ldscore", bed, "--annotation", bed, "--out", str(files / "out"))
    refused(shown, "BED file of intervals", "PLINK genotypes", "panel.bed", "give the genotypes as the panel")
    assert untouched(files, before)


def test_annotation__with_lines_that_are_no_intervals_is_refused(run_offline: Run, files: Path) -> None:
    (files / "marks.bed").write_text("22\t0\t100\n22\t500\t100\n")
    words = ("ldscore", str(files / "panel.bed"), "--annotation", str(files / "marks.bed"))
    refused(
        run_offline(*words, "--out", str(files / "out")), "1 of 2 rows, such as 2", "interval is empty", "marks.bed"
    )


def test_munge__without_rsids_asks_for_a_list(run_offline: Run, tmp_path: Path) -> None:
    gwas = tmp_path / "gwas.txt.gz"
    rows = [f"1\t{row}\tA\tG\t{0.01 * (-1) ** row}\t0.5\t100" for row in range(1, 50)]
    gwas.write_bytes(gzip.compress("\n".join(["CHR\tBP\tA1\tA2\tBETA\tP\tN", *rows, ""]).encode()))
    before = names(tmp_path)
    words = ("munge", str(gwas), "--out", str(tmp_path / "out"))
    refused(run_offline(*words), "by rsid", "gwas.txt.gz", "--ids-from LIST", "--build BUILD")
    assert untouched(tmp_path, before)
    bim = tmp_path / "far.bim"
    bim.write_text("1\trs1\t0\t900\tA\tG\n")
    shown = run_offline(*words, "--ids-from", str(bim), "--build", "hg19")
    refused(shown, "none of 49 rows, such as 1:1 A/G", "rs1 at 1:900 A:G", "both are in GRCh37")


def test_munge__without_a_sample_size_asks_for_it(run_offline: Run, tmp_path: Path) -> None:
    gwas = tmp_path / "gwas.txt.gz"
    rows = [f"rs{row}\tA\tG\t{0.01 * (-1) ** row}\t0.5" for row in range(50)]
    gwas.write_bytes(gzip.compress("\n".join(["SNP\tA1\tA2\tBETA\tP", *rows, ""]).encode()))
    before = names(tmp_path)
    refused(run_offline("munge", str(gwas), "--out", str(tmp_path / "out")), "gwas.txt.gz", "--n")
    assert untouched(tmp_path, before)
