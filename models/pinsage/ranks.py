"""Processes that train one model together: each takes its share of a step, and sums make them agree to the bit.

torch.distributed calls the processes of a group its ranks. Rank 0 calls `fit_pinsage` as ever; the others wait in
`training.serve_fits` for what it sends them. Without a group there is one rank, and nothing here changes a number.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import distributed

from models.pinsage.errors import RanksError


@dataclass(frozen=True)
class Ranks:
    """One process, this one, among those that train together.

    Attributes
    ----------
    number, n_ranks
        0 for the first of `n_ranks`.
    """

    number: int
    n_ranks: int

    def share(self, chosen: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give this rank's part of a step's examples; the parts differ by one in size at most."""
        return chosen[self.number :: self.n_ranks]

    def total(self, value: float, device: torch.device) -> float:
        """Sum one number over all ranks; every rank gets the same bits."""
        if self.n_ranks == 1:
            return value
        summed = torch.tensor(value, dtype=torch.float64, device=device)
        distributed.all_reduce(summed)
        return float(summed.item())

    def sum_gradients(self, parameters: Iterable[torch.nn.Parameter]) -> None:
        """Replace each gradient by its sum over all ranks, in one message; every rank gets the same bits."""
        if self.n_ranks == 1:
            return
        gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
        together = torch.cat([gradient.ravel() for gradient in gradients])
        distributed.all_reduce(together)
        low = 0
        for gradient in gradients:
            gradient.copy_(together[low : low + gradient.numel()].view_as(gradient))
            low += gradient.numel()

    def check_agreement(self, digest: str, device: torch.device) -> None:
        """See that all ranks hold the same parameters.

        Raises
        ------
        RanksError
            When a digest (hexadecimal) differs.
        """
        if self.n_ranks == 1:
            return
        own = torch.tensor(list(bytes.fromhex(digest)), dtype=torch.int32, device=device)
        lowest, highest = own.clone(), own.clone()
        distributed.all_reduce(lowest, distributed.ReduceOp.MIN)
        distributed.all_reduce(highest, distributed.ReduceOp.MAX)
        if not torch.equal(lowest, highest):
            raise RanksError(
                f"All {self.n_ranks} ranks must end with the same parameters, rank {self.number} has sha256 {digest} "
                "and another rank has another; run the same code, torch and thread count on every rank."
            )


def current_ranks() -> Ranks:
    """Tell which rank this process is; the only one where no group of processes was begun."""
    if distributed.is_available() and distributed.is_initialized():
        return Ranks(distributed.get_rank(), distributed.get_world_size())
    return Ranks(0, 1)


def parameter_digest(network: torch.nn.Module) -> str:
    """Give the sha256 of all parameters by name."""
    digest = hashlib.sha256()
    for name, parameter in network.named_parameters():
        digest.update(name.encode())
        digest.update(parameter.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def send_to_ranks(message: bytes) -> None:
    """Send bytes from rank 0 to all others, which wait in `receive`."""
    device = _message_device()
    distributed.broadcast(torch.tensor([len(message)], dtype=torch.int64, device=device), 0)
    if message:
        distributed.broadcast(torch.frombuffer(bytearray(message), dtype=torch.uint8).to(device), 0)


def receive() -> bytes:
    """Wait for the next bytes from rank 0."""
    device = _message_device()
    length = torch.zeros(1, dtype=torch.int64, device=device)
    distributed.broadcast(length, 0)
    message = torch.zeros(int(length.item()), dtype=torch.uint8, device=device)
    if message.numel():
        distributed.broadcast(message, 0)
    return message.cpu().numpy().tobytes()


def _message_device() -> torch.device:
    return torch.device("cuda" if distributed.get_backend() == "nccl" else "cpu")
