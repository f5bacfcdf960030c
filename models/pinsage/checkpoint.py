"""Arrays and a JSON header as bytes, and back: the form of checkpoints and fitted models. Nothing is unpickled."""

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.pinsage.errors import CheckpointError

FORMAT = "locusgraph-pinsage-1"
_HEADER = "header"


def pack(kind: str, header: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Write a header and arrays as bytes; equal content gives equal bytes."""
    text = json.dumps({"format": FORMAT, "kind": kind, **header}, sort_keys=True)
    buffer = io.BytesIO()
    named = {_HEADER: np.frombuffer(text.encode(), dtype=np.uint8)}
    named.update({name: np.ascontiguousarray(arrays[name]) for name in sorted(arrays)})
    np.savez(buffer, allow_pickle=False, **named)
    return buffer.getvalue()


def unpack(kind: str, data: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Read back what `pack` wrote.

    Raises
    ------
    CheckpointError
        When the bytes are damaged, of another format or of another kind.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        header = json.loads(arrays.pop(_HEADER).tobytes().decode())
    except (ValueError, OSError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise CheckpointError(
            f"A PinSage {kind} must be bytes written by this program; {len(data)} bytes "
            f"could not be read ({error}). Train again."
        ) from error
    if header.get("format") != FORMAT or header.get("kind") != kind:
        raise CheckpointError(
            f"A PinSage {kind} of format {FORMAT} is wanted, got {header.get('kind')} of {header.get('format')}."
        )
    return header, arrays
