from pathlib import Path

import numpy as np
from bed_reader import open_bed

from tests.benchmarks._bed_blocks import bed_reader
from tests.benchmarks._relatives import write_relatives


def test_write_relatives__children_look_like_their_parents(tmp_path: Path) -> None:
    found = write_relatives(tmp_path, 100, 2000)
    with open_bed(found.bed) as bed:
        dosages = bed.read(dtype="float64")
        assert len(set(bed.chromosome)) == 22
    assert dosages.shape == (100, 2000)
    related = np.corrcoef(dosages - dosages.mean(axis=0))
    np.fill_diagonal(related, 0.0)
    assert (np.sort(related[50:, :50], axis=1)[:, -2:].mean(axis=1) > 0.3).all()
    assert np.abs(related[:25, :25]).max() < 0.2
    again = write_relatives(tmp_path, 100, 2000)
    assert again == found
    with open_bed(found.bed) as bed:
        np.testing.assert_array_equal(bed.read(dtype="float64"), dosages)


def test_bed_reader__is_snp_major_and_counts_allele_1(tmp_path: Path) -> None:
    found = write_relatives(tmp_path, 20, 50)
    with bed_reader(found.bed) as (read_block, n_snps, chromosome), open_bed(found.bed, count_A1=True) as bed:
        assert n_snps == 50
        assert chromosome[-1] == "22"
        np.testing.assert_array_equal(read_block(10, 20), bed.read(np.s_[:, 10:20], dtype="float32").T)
