"""Which kernels an old OpenBLAS is told to use."""

from pathlib import Path

import pytest

from tests.benchmarks.peers.processor import openblas_settings


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("flags : fpu sse2 avx2 avx512f avx512dq", {"OPENBLAS_CORETYPE": "SkylakeX"}),
        ("flags : fpu sse2 avx2", {"OPENBLAS_CORETYPE": "Haswell"}),
        ("Features : fp asimd", {}),
    ],
)
def test_openblas_settings__by_flags(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flags: str, expected: dict[str, str]
) -> None:
    monkeypatch.delenv("OPENBLAS_CORETYPE", raising=False)
    processor = tmp_path / "cpuinfo"
    processor.write_text(f"processor : 0\n{flags}\n")
    assert openblas_settings(processor) == expected
    assert openblas_settings(tmp_path / "nowhere") == {}


def test_openblas_settings__users_choice_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Zen")
    assert openblas_settings() == {}
