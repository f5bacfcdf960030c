"""Transcripts summed to genes, counts scaled, genes placed."""

from pathlib import Path

import numpy as np
import pytest

from loaders.errors import FormatError
from loaders.molecular_genes import place_traits, read_gene_places, scale_to_millions, sum_to_genes
from loaders.molecular_traits import MolecularTraits, read_molecular_traits

LINES = (
    "#chr\tstart\tend\tpid\tgid\tstrand\tNA1\tNA2\tNA3",
    "1\t99\t100\tT1\tENSG00000000001.1\t+\t1\t2\t3",
    "1\t49\t50\tT2\tENSG00000000002.1\t-\t5\t5\t5",
    "1\t79\t80\tT3\tENSG00000000001.1\t+\t10\tNA\t0",
    "1\t59\t60\tT4\tENSG00000000002.1\t-\t1\t0\t2",
    "1\t59\t60\tT5\tNA\t-\t9\t9\t9",
)


def read(tmp_path: Path, *lines: str) -> MolecularTraits:
    (tmp_path / "t.bed").write_text("\n".join(lines) + "\n")
    return read_molecular_traits(tmp_path / "t.bed")


def test_sum_to_genes__adds_rows_and_counts_them(tmp_path: Path) -> None:
    found = sum_to_genes(read(tmp_path, *LINES), "gid")
    assert found.names == ("ENSG00000000001.1", "ENSG00000000002.1")
    np.testing.assert_array_equal(found.values, [[11.0, 6.0], [np.nan, 5.0], [3.0, 7.0]])
    assert found.n_parts.tolist() == [2, 2]
    assert found.positions.tolist() == [80, 60]
    assert found.counts == {"n_rows": 5, "n_rows_without_gene": 1}


def test_sum_to_genes__refuses(tmp_path: Path) -> None:
    traits = read(tmp_path, *LINES)
    with pytest.raises(FormatError, match=r"seen: no gene; .*choose among #chr"):
        sum_to_genes(traits, "gene")
    with pytest.raises(FormatError, match="on one chromosome; seen: T1 and others on 1, 2"):
        sum_to_genes(read(tmp_path, *LINES[:3], LINES[3].replace("1\t79", "2\t79")), "gid")
    with pytest.raises(FormatError, match="must name a gene; seen: nothing in gid"):
        sum_to_genes(read(tmp_path, LINES[0], LINES[5]), "gid")


def test_scale_to_millions__gives_each_person_the_same_sum(tmp_path: Path) -> None:
    found = scale_to_millions(read(tmp_path, *LINES))
    np.testing.assert_allclose(np.nansum(found.values, axis=1), 1e6)
    assert found.values[0, 0] == pytest.approx(1e6 / 26)
    with pytest.raises(FormatError, match="must be counts; seen: -1"):
        scale_to_millions(read(tmp_path, LINES[0], LINES[1].replace("\t1\t2\t3", "\t-1\t2\t3")))
    with pytest.raises(FormatError, match=r"a sum of 0 \(NA2\)"):
        scale_to_millions(read(tmp_path, LINES[0], LINES[1].replace("\t1\t2\t3", "\t1\t0\t3")))


def test_place_traits__by_gene_whatever_the_version(tmp_path: Path) -> None:
    (tmp_path / "genes.tsv").write_text(
        "gene\tchr\tstart\tend\tstrand\n"
        "ENSG00000000001\t3\t500\t900\t-\n"
        "ENSG00000000002\tHSCHR6_MHC\t1\t9\t+\n"
        "ENSG00000000003\t4\t10\t20\t+\n"
    )
    traits = read(
        tmp_path, "id\tNA1", "ENSG00000000003\t1", "ENSG00000000001.7\t2", "ENSG00000000002\t3", "ENSG00000000009\t4"
    )
    found = place_traits(traits, read_gene_places(tmp_path / "genes.tsv"))
    assert found.chromosomes == ("4", "3", None, None)
    assert found.positions.tolist() == [10, 900, 0, 0]
    assert found.names == traits.names
