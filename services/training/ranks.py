"""``torchrun … -m api train``: the first process does all that a training does, the others only help to fit."""

from collections.abc import Iterator
from contextlib import contextmanager

from models.pinsage import SettingsError as ModelSettingsError
from models.pinsage import join_ranks, leave_ranks, serve_fits
from models.pinsage.convolution import resolve_convolution, resolve_device
from services.settings import Settings, SettingsError
from services.training.fitting import pinsage_settings


@contextmanager
def training_group(settings: Settings) -> Iterator[bool]:
    """Join the processes of torchrun, if it started this one; give whether this is the one that trains.

    In the others the block is entered with False once there is nothing left to help with: they touch neither store nor
    disk. When the block fails in the first process the others are not told; torchrun ends them.

    Raises
    ------
    SettingsError
        When the model's settings are impossible, also on this machine: no GPU, no DGL.
    """
    rank = join_ranks(device=_device(settings))
    if rank > 0:
        serve_fits()
        yield False
        return
    yield True
    leave_ranks()


def _device(settings: Settings) -> str:
    chosen = pinsage_settings(settings)
    try:
        device = resolve_device(chosen.device)
        resolve_convolution(chosen.convolution, device=device)
    except ModelSettingsError as error:
        raise SettingsError(f"LOCUSGRAPH_PINSAGE: {error}") from error
    return device
