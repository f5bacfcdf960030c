"""Torch and DGL made deterministic inside a block: fixed thread count, deterministic kernels, then put back."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from models.pinsage.backend import dgl


@contextmanager
def deterministic_torch(n_threads: int) -> Iterator[None]:
    """Run torch and DGL with this many threads and deterministic kernels only, then restore what was set before.

    One thread is the default not only for equal sums everywhere: on a shared machine the threads of DGL's message
    passing burn processor time while they wait for each other. A parallel numba kernel resets the number of OpenMP
    threads, so no such kernel may run inside the block.
    """
    torch_threads, dgl_threads = torch.get_num_threads(), dgl.utils.get_num_threads()
    was_deterministic = torch.are_deterministic_algorithms_enabled()
    torch.set_num_threads(n_threads)
    dgl.utils.set_num_threads(n_threads)
    torch.use_deterministic_algorithms(True)
    try:
        yield
    finally:
        torch.set_num_threads(torch_threads)
        dgl.utils.set_num_threads(dgl_threads)
        torch.use_deterministic_algorithms(was_deterministic)
