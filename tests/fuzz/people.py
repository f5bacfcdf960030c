"""Fuzzed formats of people: genotypes, phenotypes, covariates, molecular traits, kinships."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from loaders.dosages import open_dosages
from loaders.kinship_files import read_gcta_grm, read_gemma_kinship
from loaders.loco_files import read_loco, read_prediction_list
from loaders.molecular_covariates import read_molecular_covariates
from loaders.molecular_genes import read_gene_places
from loaders.molecular_traits import read_molecular_traits
from loaders.person_sex import read_sex
from loaders.person_tables import read_people_list, read_words
from loaders.phenotypes import TraitTable, read_covariates, read_fam_traits, read_phenotypes
from tests.fuzz.genotype_files import sound_bed, sound_bgen, sound_bimbam, sound_pgen
from tests.fuzz.sample import Loaded, Sample

IDS = [f"f{at // 2} p{at}" for at in range(12)]


def iterate_people() -> Iterator[Sample]:
    """Every format that holds people."""
    yield Sample(
        "plink-bed", sound_bed(), ("data.bed", "data.bim", "data.fam"), _dosages("data.bed"), frozenset({"data.bed"})
    )
    yield Sample(
        "pgen", sound_pgen(), ("data.pgen", "data.pvar", "data.psam"), _dosages("data.pgen"), frozenset({"data.pgen"})
    )
    yield Sample("bgen", sound_bgen(), ("data.bgen", "data.sample"), _dosages("data.bgen"), frozenset({"data.bgen"}))
    yield Sample("bimbam", sound_bimbam(), ("data.geno.txt", "data.anno.txt"), _dosages("data.geno.txt"))
    pheno = "FID IID height weight\n" + "".join(
        f"{who} {at * 1.5} {'NA' if at == 3 else at}\n" for at, who in enumerate(IDS)
    )
    covar = "FID IID age site\n" + "".join(f"{who} {30 + at} s{at % 3}\n" for at, who in enumerate(IDS))
    yield _one("phenotypes", "data.pheno", pheno, lambda path: _of_table(read_phenotypes(path)))
    yield _one("covariates", "data.cov.gz", covar, lambda path: _of_table(read_covariates(path, categorical=["site"])))
    fam = "".join(f"{who} 0 0 {at % 2 + 1} {at * 0.5}\n" for at, who in enumerate(IDS))
    yield _one("fam-traits", "data.fam", fam, lambda path: _of_table(read_fam_traits(path)))
    yield _one("sex", "data.fam", fam, _sexes)
    sample = "ID_1 ID_2 missing sex\n0 0 0 D\n" + "".join(f"{who} 0 {at % 2 + 1}\n" for at, who in enumerate(IDS))
    yield _one("oxford-sample", "data.sample", sample, _sexes)
    yield _one("people-list", "keep.txt", "".join(f"{who}\n" for who in IDS), _people_list)
    yield _one("id-list", "snps.txt", "".join(f"rs{at}\n" for at in range(1, 20)), _words)
    yield _one("molecular-bed", "expression.bed", _molecular("#chr\tstart\tend\tid"), _molecular_traits)
    yield _one(
        "molecular-covariates", "pcs.tsv", _covariate_rows(), lambda path: _of_table(read_molecular_covariates(path))
    )
    genes = "gene\tchr\tstart\tend\tstrand\n" + "".join(f"ENSG{at:011d}\t1\t{at}00\t{at}99\t+\n" for at in range(1, 20))
    yield _one("gene-places", "genes.tsv", genes, _gene_places)
    yield from _kinships()


def _one(name: str, file: str, text: str, read) -> Sample:  # type: ignore[no-untyped-def]
    return Sample(name, {file: text.encode()}, (file,), lambda folder: read(folder / file))


def _dosages(name: str):  # type: ignore[no-untyped-def]
    def read(folder: Path) -> Loaded:
        file = open_dosages(folder / name)
        block = file.block_reader()(0, file.n_variants)
        problem = None
        known = block[~np.isnan(block)]
        if block.shape != (file.n_variants, file.n_people):
            problem = f"a block of {block.shape} for {file.n_variants} variants and {file.n_people} people"
        elif ((known < -1e-6) | (known > 2 + 1e-6)).any():
            problem = f"a dosage of {known.min()} to {known.max()}"
        elif file.people["person"].null_count() or file.variants["rsid"].null_count():
            problem = "a person or a variant without a name"
        return Loaded(file.n_variants, file.n_variants, 0, problem)

    return read


def _of_table(table: TraitTable) -> Loaded:
    return Loaded(table.people.height, table.people.height, 0, _not_numbers(table.values) or _twice(table))


def _not_numbers(values: NDArray[np.floating]) -> str | None:
    return "a value that is infinite" if np.isinf(values).any() else None


def _twice(table: TraitTable) -> str | None:
    return "a person twice" if table.people.is_duplicated().any() else None


def _sexes(path: Path) -> Loaded:
    table = read_sex(path)
    n = 0 if table is None else table.people.height
    problem = None if table is None or table.sex.size == n else "another number of sexes than people"
    return Loaded(n, n, 0, problem)


def _people_list(path: Path) -> Loaded:
    people = read_people_list(path)
    return Loaded(people.height, people.height, 0, "nobody" if not people["person"].is_not_null().all() else None)


def _words(path: Path) -> Loaded:
    words = read_words(path)
    return Loaded(len(words), len(words), 0, None if all(words) else "an empty word")


def _molecular(head: str) -> str:
    people = "\t".join(f"p{at}" for at in range(8))
    rows = (
        f"1\t{at * 100}\t{at * 100 + 1}\tENSG{at:011d}\t" + "\t".join(f"{at + n}.5" for n in range(8))
        for at in range(1, 12)
    )
    return f"{head}\t{people}\n" + "".join(f"{row}\n" for row in rows)


def _molecular_traits(path: Path) -> Loaded:
    table = read_molecular_traits(path)
    problem = _not_numbers(table.values)
    if problem is None and (table.positions < 0).any():
        problem = "a negative position"
    return Loaded(table.counts["n_rows"], table.n_traits, 0, problem)


def _covariate_rows() -> str:
    people = "\t".join(f"p{at}" for at in range(8))
    return f"id\t{people}\n" + "".join(
        f"PC{row}\t" + "\t".join(f"0.{row}{n}" for n in range(8)) + "\n" for row in range(1, 5)
    )


def _gene_places(path: Path) -> Loaded:
    table = read_gene_places(path)
    return Loaded(table.height, table.height)


def _kinships() -> Iterator[Sample]:
    n = 6
    lower = np.concatenate([np.where(np.arange(row + 1) == row, 1.0, 0.05) for row in range(n)]).astype("<f4")
    grm = {
        "k.grm.bin": lower.tobytes(),
        "k.grm.N.bin": np.full(lower.size, 1000, "<f4").tobytes(),
        "k.grm.id": "".join(f"f{at}\tp{at}\n" for at in range(n)).encode(),
    }
    yield Sample(
        "gcta-grm",
        grm,
        tuple(grm),
        lambda folder: _square(read_gcta_grm(folder / "k").matrix),
        frozenset({"k.grm.bin", "k.grm.N.bin"}),
    )
    text = "".join("\t".join("1" if row == at else "0.05" for at in range(n)) + "\n" for row in range(n))
    yield _one("gemma-kinship", "k.cXX.txt", text, lambda path: _square(read_gemma_kinship(path).matrix))
    loco = "FID_IID " + " ".join(f"f{at}_p{at}" for at in range(n)) + "\n"
    loco += "".join(f"{row} " + " ".join(f"0.{row}{at}" for at in range(n)) + "\n" for row in range(1, 23))
    yield _one("loco", "k_1.loco", loco, _loco)
    files = {"k_pred.list": b"height k_1.loco\nweight k_1.loco\n", "k_1.loco": loco.encode()}
    yield Sample("prediction-list", files, ("k_pred.list",), _prediction_list)


def _square(matrix: NDArray[np.floating]) -> Loaded:
    problem = None
    if not np.isfinite(matrix).all():
        problem = "a kinship that is not finite"
    elif not np.allclose(matrix, matrix.T):
        problem = "a kinship that is not symmetric"
    return Loaded(len(matrix), len(matrix), 0, problem)


def _loco(path: Path) -> Loaded:
    file = read_loco(path)
    return Loaded(len(file.chromosomes), len(file.chromosomes), 0, _not_numbers(file.values))


def _prediction_list(folder: Path) -> Loaded:
    found = read_prediction_list(folder / "k_pred.list")
    for path in found.values():
        read_loco(path)
    return Loaded(len(found), len(found), 0, None if found else "an empty list was taken")
