"""What decides a fit, as one record that can be sent to the processes that train along."""

from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.pinsage.bipartite import BipartiteGraph
from models.pinsage.checkpoint import pack, unpack
from models.pinsage.settings import PinSageSettings

_CHECKPOINT = "checkpoint"


@dataclass(frozen=True, eq=False)
class FitJob:
    """Arguments of a fit: graph, settings, seed, and the checkpoint that it resumes (None = from the start)."""

    graph: BipartiteGraph
    settings: PinSageSettings
    seed: int
    checkpoint: bytes | None = None

    def to_bytes(self) -> bytes:
        """Write the job as bytes."""
        arrays: dict[str, NDArray[Any]] = {}
        sizes: dict[str, int] = {}
        for field in fields(self.graph):
            value = getattr(self.graph, field.name)
            if isinstance(value, np.ndarray):
                arrays[f"graph/{field.name}"] = value
            else:
                sizes[field.name] = value
        if self.checkpoint is not None:
            arrays[_CHECKPOINT] = np.frombuffer(self.checkpoint, dtype=np.uint8)
        return pack("job", {"sizes": sizes, "settings": asdict(self.settings), "seed": self.seed}, arrays)

    @staticmethod
    def from_bytes(data: bytes) -> "FitJob":
        """Read back what `to_bytes` wrote.

        Raises
        ------
        CheckpointError
            When the bytes are no job.
        """
        header, arrays = unpack("job", data)
        checkpoint = arrays.pop(_CHECKPOINT).tobytes() if _CHECKPOINT in arrays else None
        given: dict[str, Any] = {name.removeprefix("graph/"): value for name, value in arrays.items()}
        graph = BipartiteGraph(**header["sizes"], **given)
        return FitJob(graph, PinSageSettings(**header["settings"]), header["seed"], checkpoint)
