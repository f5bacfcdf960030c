"""Torch and DGL made deterministic inside a block: fixed thread count, deterministic kernels, then put back."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from models.pinsage.convolution import dgl_is_there


@contextmanager
def deterministic_torch(n_threads: int) -> Iterator[None]:
    """Run torch and DGL with this many threads and deterministic kernels only, then restore what was set before.

    One thread is the default not only for equal sums everywhere: on a shared machine the threads of DGL's message
    passing burn processor time while they wait for each other. A parallel numba kernel resets the number of OpenMP
    threads, so no such kernel may run inside the block.
    """
    torch_threads = torch.get_num_threads()
    was_deterministic = torch.are_deterministic_algorithms_enabled()
    torch.set_num_threads(n_threads)
    torch.use_deterministic_algorithms(True)
    filling: Any = torch.utils.deterministic
    was_filling, filling.fill_uninitialized_memory = (
        filling.fill_uninitialized_memory,
        False,
    )  # a tenth of a step; no code here reads such memory
    try:
        with _dgl_threads(n_threads):
            yield
    finally:
        torch.set_num_threads(torch_threads)
        torch.use_deterministic_algorithms(was_deterministic)
        filling.fill_uninitialized_memory = was_filling


@contextmanager
def _dgl_threads(n_threads: int) -> Iterator[None]:
    if not dgl_is_there():
        yield
        return
    from models.pinsage.backend import dgl

    before = dgl.utils.get_num_threads()
    dgl.utils.set_num_threads(n_threads)
    try:
        yield
    finally:
        dgl.utils.set_num_threads(before)
