"""The mixed-model scan with each chromosome's own SNPs left out of the kinship it is tested with."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from models.association.design import build_design
from models.association.errors import AssociationError
from models.association.exact_scan import make_testers
from models.association.scan_blocks import run_scans
from models.association.scan_options import ScanOptions
from models.association.scan_results import LocoScan, Scan, empty_scan
from models.association.spectral import decompose
from models.genotype_blocks import BlockReader

LeaveOut = Callable[[str], NDArray[np.floating]]
"""``leave_out(chromosome)``: kinship of the people analysed from the SNPs of all other chromosomes, ``[n, n]``."""


def scan_loco(
    read_block: BlockReader,
    chromosomes: Sequence[str],
    leave_out: LeaveOut,
    y: NDArray[np.floating],
    covariates: NDArray[np.floating] | None = None,
    options: ScanOptions | None = None,
) -> LocoScan:
    """Test every SNP with the kinship of the other chromosomes, so that no SNP is in its own background.

    Parameters
    ----------
    read_block
        Dosages of the people analysed, in the order of `y`.
    chromosomes
        Chromosome of each SNP, in any order (fastest where each one's SNPs stand together).
    leave_out
        Called once a chromosome, in the order of their first SNPs; the matrix may be written over.
    y, covariates, options
        As for `scan`.

    Raises
    ------
    AssociationError
        As `scan`; or where all SNPs are of one chromosome, so that nothing is left to make a kinship of.

    References
    ----------
    Listgarten et al. 2012, Nat Methods 9:525, doi:10.1038/nmeth.2037; Yang et al. 2014, Nat Genet 46:100,
    doi:10.1038/ng.2876.
    """
    traits = np.asarray(y)[..., None]
    return scan_loco_traits(read_block, chromosomes, leave_out, traits, covariates, options=options)[0]


def scan_loco_traits(
    read_block: BlockReader,
    chromosomes: Sequence[str],
    leave_out: LeaveOut,
    traits: NDArray[np.floating],
    covariates: NDArray[np.floating] | None = None,
    *,
    options: ScanOptions | None = None,
) -> tuple[LocoScan, ...]:
    """`scan_loco` of several traits of the same people: a decomposition a chromosome, each block turned once for all.

    Parameters
    ----------
    traits
        None missing, ``[n, t]``.
    read_block, chromosomes, leave_out, covariates, options
        As for `scan_loco`, which gives the same numbers trait by trait.
    """
    designs, chosen = [build_design(y, covariates) for y in np.moveaxis(traits, -1, 0)], options or ScanOptions()
    runs = _runs(chromosomes)
    if len(runs) < 2:
        raise AssociationError(
            f"all SNPs are of one chromosome ({', '.join(runs) or 'none'}): leaving it out leaves no kinship; "
            "use the scan with the whole kinship, or hand in all chromosomes"
        )
    results = [LocoScan(empty_scan(len(chromosomes)), {}) for _ in designs]
    for name, parts in runs.items():
        made = make_testers(decompose(leave_out(name)), designs, chosen)
        results = [LocoScan(of.scan, {**of.nulls, name: null}) for of, (_, null) in zip(results, made, strict=True)]
        testers = [tester for tester, _ in made]
        for first, last in parts:
            reader = _shifted(read_block, first)
            found = run_scans(reader, last - first, design=designs[0], testers=testers, filters=chosen.filters)
            results = [_with(of, part, slice(first, last)) for of, part in zip(results, found, strict=True)]
    return tuple(results)


def _runs(chromosomes: Sequence[str]) -> dict[str, list[tuple[int, int]]]:
    """Stretches of SNPs of each chromosome, in order of their first SNPs."""
    names = np.asarray(chromosomes)
    found: dict[str, list[tuple[int, int]]] = {}
    if not names.size:
        return found
    starts = np.concatenate(([0], np.flatnonzero(names[1:] != names[:-1]) + 1, [names.size]))
    for first, last in pairwise(starts):
        found.setdefault(str(names[first]), []).append((int(first), int(last)))
    return found


def _shifted(read_block: BlockReader, start: int) -> BlockReader:
    return lambda first, last: read_block(start + first, start + last)


def _with(found: LocoScan, part: Scan, rows: slice) -> LocoScan:
    """The scan with a stretch's results written into its arrays."""
    into = found.scan
    for field in dataclasses.fields(Scan):
        values = getattr(part, field.name)
        if isinstance(values, np.ndarray):
            getattr(into, field.name)[rows] = values
    return LocoScan(dataclasses.replace(into, n_refitted=into.n_refitted + part.n_refitted), found.nulls)
