"""Artefact folders: whole or not there, checked when read, and runs described by what makes them."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from services.registry import (
    ArtefactError,
    RunDescription,
    artefact_folder,
    code_version,
    describe_run,
    has_artefact,
    partial_folder,
    read_description,
    read_metrics,
    read_model,
    remove_other_partials,
    remove_partial,
    runs_folder,
    sha256_of,
    write_artefact,
)
from services.settings import Settings
from tests.services.write_back.small_snapshot import small_snapshot


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """Settings with a home of their own; no server is needed."""
    return Settings(home=tmp_path)


def _write(home: Settings) -> RunDescription:
    description = describe_run(small_snapshot(), "{}", seed=3)
    write_artefact(home, description, weights=b"weights", metrics={"a": 1}, snapshot=small_snapshot())
    return description


def test_describe_run__is_the_same_for_the_same_inputs() -> None:
    assert describe_run(small_snapshot(), "{}", seed=3) == describe_run(small_snapshot(), "{}", seed=3)


def test_describe_run__differs_with_snapshot_loads_settings_and_seed() -> None:
    base = small_snapshot()
    runs = [
        describe_run(base, "{}", seed=3),
        describe_run(base, "{}", seed=4),
        describe_run(base, '{"k": 1}', seed=3),
        describe_run(replace(base, fingerprint="e" * 64), "{}", seed=3),
        describe_run(replace(base, load_ids=("a",)), "{}", seed=3),
    ]
    assert len({run.fingerprint for run in runs}) == len({run.run_id for run in runs}) == 5
    assert len({run.training_id for run in runs}) == 5


def test_describe_run__runs_of_one_training_differ_in_the_method_only() -> None:
    one, other = (describe_run(small_snapshot(), "{}", seed=3, method=method) for method in ("PinSage", "hybrid"))
    assert one.training_id == other.training_id
    assert one.run_id != other.run_id
    assert replace(other, run_id=one.run_id, fingerprint=one.fingerprint, method=one.method) == one


def test_code_version__is_a_short_hash() -> None:
    assert len(code_version()) == 16
    assert int(code_version(), 16) >= 0


def test_write_artefact__lists_the_sha256_of_every_file(home: Settings) -> None:
    folder = artefact_folder(home, _write(home).run_id)
    listed = json.loads((folder / "files.json").read_text())
    assert set(listed) == {"weights.bin", "metrics.json", "run.json", "snapshot.npz"}
    assert all(sha256_of(folder / name) == wanted for name, wanted in listed.items())
    assert json.loads((folder / "metrics.json").read_text()) == {"a": 1}


def test_write_artefact__keeps_further_files_and_their_sha256(home: Settings) -> None:
    description = describe_run(small_snapshot(), "{}", seed=3)
    files = {"card.md": b"# Card"}
    folder = write_artefact(home, description, weights=b"", metrics={"a": 1}, snapshot=small_snapshot(), files=files)
    assert (folder / "card.md").read_bytes() == b"# Card"
    assert "card.md" in json.loads((folder / "files.json").read_text())
    assert read_metrics(home, description.run_id) == {"a": 1}
    assert read_description(home, description.run_id) == description


def test_write_artefact__appears_in_one_step(home: Settings) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_artefact(
            home,
            describe_run(small_snapshot(), "{}", seed=3),
            weights=b"weights",
            metrics={"bad": float("nan")},
            snapshot=small_snapshot(),
        )
    run_id = describe_run(small_snapshot(), "{}", seed=3).run_id
    assert not has_artefact(home, run_id)
    _write(home)
    assert has_artefact(home, run_id)
    assert [path.name for path in runs_folder(home).iterdir()] == [run_id]


def test_read_model__refuses_a_missing_folder(home: Settings) -> None:
    with pytest.raises(ArtefactError, match="files of model run gone are missing"):
        read_model(home, "gone")


def test_read_model__refuses_a_changed_file(home: Settings) -> None:
    run_id = _write(home).run_id
    (artefact_folder(home, run_id) / "weights.bin").write_bytes(b"other")
    with pytest.raises(ArtefactError, match=r"weights.bin of model run .* is not what was written"):
        read_model(home, run_id)


def test_read_model__refuses_a_lost_file(home: Settings) -> None:
    run_id = _write(home).run_id
    (artefact_folder(home, run_id) / "snapshot.npz").unlink()
    with pytest.raises(ArtefactError, match=r"snapshot.npz .* \(sha256 nothing"):
        read_model(home, run_id)


def test_remove_other_partials__keeps_finished_runs_and_the_one_named(home: Settings) -> None:
    finished = _write(home).run_id
    for run_id in ("one", "two"):
        partial_folder(home, run_id).mkdir()
    (runs_folder(home) / "three.writing").mkdir()
    remove_other_partials(home, keep=["one"])
    assert sorted(path.name for path in runs_folder(home).iterdir()) == sorted([finished, "one.partial"])
    remove_partial(home, "one")
    assert [path.name for path in runs_folder(home).iterdir()] == [finished]
