import numpy as np
from bed_reader import open_bed

from loaders.simulation.plink import bed_bytes, fam_bytes


def test_bed_bytes__reads_back(tmp_path):
    copies = np.array([[0, 1, 2, 0, 1], [2, 2, 1, 0, 0], [1, 1, 1, 1, 2]])
    (tmp_path / "few.bed").write_bytes(bed_bytes(copies))
    with open_bed(tmp_path / "few.bed", iid_count=5, sid_count=3, count_A1=True, properties={}) as bed:
        np.testing.assert_array_equal(bed.read(dtype="int8", num_threads=1).T, copies)


def test_fam_bytes__has_a_line_a_person():
    assert fam_bytes(2, prefix="P") == b"P0001 P0001 0 0 1 -9\nP0002 P0002 0 0 2 -9\n"
