"""Genotypes and people in PLINK 1's formats."""

import numpy as np
from numpy.typing import NDArray

_BED_MAGIC = bytes([0x6C, 0x1B, 0x01])
_BED_CODES = np.array([0b11, 0b10, 0b00], dtype=np.uint8)  # by the number of copies of allele 1: PLINK 1's .bed


def fam_bytes(n_people: int, *, prefix: str) -> bytes:
    """Render people as a .fam.

    Parameters
    ----------
    n_people
        Lines.
    prefix
        What their ids begin with.
    """
    names = [f"{prefix}{person + 1:04d}" for person in range(n_people)]
    lines = [f"{name} {name} 0 0 {1 + person % 2} -9" for person, name in enumerate(names)]
    return ("\n".join(lines) + "\n").encode()


def bed_bytes(copies: NDArray[np.integer]) -> bytes:
    """Pack genotypes as a variant-major .bed.

    Parameters
    ----------
    copies
        Shape (n_snps, n_people): copies of allele 1 of the .bim, 0 to 2; nobody is missing.

    Returns
    -------
    bytes
        Four people a byte.
    """
    n_snps, n_people = copies.shape
    n_bytes = -(-n_people // 4)
    codes = np.zeros((n_snps, 4 * n_bytes), dtype=np.uint8)
    codes[:, :n_people] = _BED_CODES[copies]
    quads = codes.reshape(n_snps, n_bytes, 4)
    packed: NDArray[np.uint8] = quads[:, :, 0] | quads[:, :, 1] << 2 | quads[:, :, 2] << 4 | quads[:, :, 3] << 6
    return _BED_MAGIC + packed.tobytes()
