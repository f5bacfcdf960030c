"""The kernels that an older OpenBLAS must be told to use: it takes its slowest ones on processors it does not know."""

import os
from collections.abc import Mapping
from pathlib import Path

CORE_TYPES = {"avx512dq": "SkylakeX", "avx2": "Haswell"}
"""Flag of the processor, and the name of the kernels written for it; the first that holds counts."""


def openblas_settings(processor: Path = Path("/proc/cpuinfo")) -> Mapping[str, str]:
    """Environment for a peer with an OpenBLAS of its own, so that it runs as fast here as on a processor it knows.

    Debian 12's OpenBLAS 0.3.21 falls back to SSE3 kernels ("Prescott") on newer processors, which makes GEMMA's
    relationship matrix take 2.7 times as long.
    """
    if "OPENBLAS_CORETYPE" in os.environ or not processor.is_file():
        return {}
    flags = set(processor.read_text(encoding="utf-8").split())
    return next(({"OPENBLAS_CORETYPE": name} for flag, name in CORE_TYPES.items() if flag in flags), {})
