"""The snapshot's fingerprint and its shares."""

from dataclasses import replace

import numpy as np

from services.snapshot import fingerprint_snapshot
from tests.services.write_back.small_snapshot import small_snapshot


def test_fingerprint_snapshot__covers_numbers_and_names() -> None:
    snapshot = small_snapshot()
    names = (snapshot.snp_keys, snapshot.molecule_ids)
    base = fingerprint_snapshot(snapshot.graph, names)
    assert base == fingerprint_snapshot(snapshot.graph, names)
    stronger = replace(snapshot.graph, edge_abs_z=snapshot.graph.edge_abs_z + np.float32(1))
    assert fingerprint_snapshot(stronger, names) != base
    assert fingerprint_snapshot(snapshot.graph, names[::-1]) != base


def test_share_outside__is_the_share_of_snps_without_place() -> None:
    counts = small_snapshot().counts
    assert counts.share_outside == 0.0
    assert replace(counts, n_snps=3, n_snps_outside=1).share_outside == 0.25
    assert replace(counts, n_snps=0, n_snps_outside=0).share_outside == 0.0
