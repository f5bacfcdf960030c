"""Training by several processes that torchrun started: rank 0 fits as ever, the others serve its fits.

    rank = join_ranks()
    if rank > 0:
        serve_fits()          # returns when rank 0 leaves
    else:
        fit_pinsage(...)      # any number of fits
        leave_ranks()

The graph travels from rank 0, so the others need neither store nor disk. Every rank builds the views (walks are
deterministic), computes the loss of its share of each step's examples, and gets the sum of all gradients: gloo on CPUs,
NCCL on GPUs.
"""

import logging
from datetime import timedelta

import torch
from torch import distributed

from models.pinsage.errors import PinSageError
from models.pinsage.fit_job import FitJob
from models.pinsage.ranks import current_ranks, receive, send_to_ranks
from models.pinsage.training import train_network

logger = logging.getLogger(__name__)

_LONGEST_WAIT = timedelta(days=7)  # the others wait while rank 0 reads, evaluates baselines and writes


def join_ranks(*, device: str = "cpu") -> int:
    """Join the processes that torchrun started and give this one's rank; 0 without torchrun or with one process.

    Parameters
    ----------
    device
        "cpu" (gloo), or "cuda" (NCCL; each rank takes the GPU of its own number on its machine).
    """
    if not distributed.is_available() or not distributed.is_torchelastic_launched():
        return 0
    distributed.init_process_group("nccl" if device == "cuda" else "gloo", timeout=_LONGEST_WAIT)
    if device == "cuda":
        torch.cuda.set_device(distributed.get_node_local_rank())
    return current_ranks().number


def serve_fits() -> int:
    """Train along with every fit of rank 0 until it leaves; give how many there were.

    A fit that this package refuses (too few pairs, a checkpoint of another run) fails alike on rank 0, which reports
    it; here it is logged.
    """
    n_fits = 0
    while message := receive():
        n_fits += 1
        try:
            train_network(FitJob.from_bytes(message))
        except PinSageError as error:
            logger.info("rank %d: fit %d ended: %s", current_ranks().number, n_fits, error)
    distributed.destroy_process_group()
    return n_fits


def leave_ranks() -> None:
    """Let the others of rank 0's group go; does nothing where there is no group."""
    if not distributed.is_available() or not distributed.is_initialized():
        return
    send_to_ranks(b"")
    distributed.destroy_process_group()
