"""Random numbers by counter: the n-th number of a key's stream, the same in any order and on any number of threads."""

from typing import Any

import numba
import numpy as np

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
"""Step of splitmix64's counter: 2^64 over the golden ratio, odd."""


@numba.njit(cache=True)
def mixed(state: Any) -> Any:
    """Scramble 64 bits (the finaliser of splitmix64; Steele, Lea & Flood 2014, doi:10.1145/2660193.2660195)."""
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return state ^ (state >> np.uint64(31))


@numba.njit(cache=True)
def node_key(seed: Any, node: Any) -> Any:
    """Give the key of a node's stream; both arguments and the result are uint64."""
    return mixed(mixed(seed + np.uint64(0x632BE59BD9B4E019)) + node)


@numba.njit(cache=True)
def bits_at(key: Any, step: Any) -> Any:
    """Give the 64 bits at a step (uint64, from 0) of the stream with this key."""
    return mixed(key + (step + np.uint64(1)) * GOLDEN)


@numba.njit(cache=True)
def uniform_at(key: Any, step: Any) -> Any:
    """Give the number in [0, 1) at a step of the stream with this key: the bits' upper 53."""
    return (bits_at(key, step) >> np.uint64(11)) * (1.0 / 9007199254740992.0)
