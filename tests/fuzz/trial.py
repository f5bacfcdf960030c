"""One mutated file: how it is broken, read in a folder of its own, and judged."""

from __future__ import annotations

import gzip
import random
import shutil
import tempfile
import traceback
import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Final

from loaders.compression import detect_compression
from loaders.errors import LedgerError, RuleError
from tests.fuzz.byte_mutators import (
    BINARY_MUTATORS,
    BYTE_MUTATORS,
    ENCODING_MUTATORS,
    PACKING_MUTATORS,
    TOML_MUTATORS,
    bomb,
)
from tests.fuzz.ldsc import iterate_ldsc
from tests.fuzz.mutators import TABLE_MUTATORS, Mutator
from tests.fuzz.people import iterate_people
from tests.fuzz.sample import Loaded, Sample
from tests.fuzz.studies import MANIFEST, iterate_studies

GOOD_OUTCOMES: Final = ("refused", "loaded")
_BOMB_SHARE: Final = 0.004
_PACKED_SHARE: Final = 0.1


@dataclass(frozen=True)
class Outcome:
    """What became of a mutated file.

    Attributes
    ----------
    number
        Of the trial; with the seed it makes the file anew.
    format, file, mutations
        What was broken, and how.
    result
        ``refused`` (a named error that names file and remedy) or ``loaded`` (every row counted, values sound); else
        ``crash`` (any other error), ``unclear`` (a named error that names no file or no remedy), ``silent`` (rows
        that nobody counted, or values that cannot be), ``hang`` or ``died``.
    message
        Of the error.
    n_read, n_kept
        Rows.
    """

    number: int
    format: str
    file: str
    mutations: tuple[str, ...]
    result: str
    message: str = ""
    n_read: int = 0
    n_kept: int = 0

    def to_dict(self) -> dict[str, object]:
        """Plain values."""
        return asdict(self)


@cache
def all_samples() -> Mapping[str, Sample]:
    """Format to its sound files."""
    return {sample.name: sample for group in (iterate_studies(), iterate_people(), iterate_ldsc()) for sample in group}


def warm_up() -> None:
    """Read every format once, sound: what is imported or compiled late does not count for a trial.

    Raises
    ------
    AssertionError
        When sound files are not loaded.
    """
    for sample in all_samples().values():
        with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
            files = {name: gzip.compress(data) if name.endswith(".gz") else data for name, data in sample.files.items()}
            _write(files, Path(folder))
            result, message, _ = judge(sample, Path(folder), sample.targets[0])
            assert result == "loaded", f"{sample.name}: {result}, {message}"


def run_trial(number: int, seed: int) -> Outcome:
    """Break a file of one format, read it, judge what happened."""
    chance = random.Random(f"{seed}/{number}")
    names = tuple(all_samples())
    sample = all_samples()[names[number % len(names)]]
    files, file, mutations = mutate(sample, chance)
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    try:
        _write(files, folder)
        result, message, loaded = judge(sample, folder, file)
    finally:
        shutil.rmtree(folder)
    return Outcome(number, sample.name, file, mutations, result, message, loaded.n_read, loaded.n_kept)


def mutate(sample: Sample, chance: random.Random) -> tuple[dict[str, bytes], str, tuple[str, ...]]:
    """Files of which one is broken, its name, and how."""
    file = chance.choice(sample.targets)
    data = sample.files[file]
    done = []
    choices = _mutators(sample, file)
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        name = chance.choice(list(choices))
        data = choices[name](data, chance)
        done.append(name)
    is_packed = file.endswith(".gz")
    share = chance.random()
    if file not in sample.binary and file != MANIFEST and share < _PACKED_SHARE:
        name, function = chance.choice(list(PACKING_MUTATORS.items()))
        if share < _BOMB_SHARE:
            name, function = "bomb", bomb
        data, is_packed = function(data, chance), False
        done.append(name)
    files = {**sample.files, file: gzip.compress(data, 1) if is_packed else data}
    for other, content in sample.files.items():
        if other != file and other.endswith(".gz"):
            files[other] = gzip.compress(content, 1)
    return files, file, tuple(done)


def _mutators(sample: Sample, file: str) -> Mapping[str, Mutator]:
    if file in sample.binary:
        return BINARY_MUTATORS
    if file == MANIFEST:
        return {**BYTE_MUTATORS, **ENCODING_MUTATORS, **TOML_MUTATORS, "value again": TOML_MUTATORS["toml_value"]}
    return {**BYTE_MUTATORS, **ENCODING_MUTATORS, **TABLE_MUTATORS}


def _write(files: Mapping[str, bytes], folder: Path) -> None:
    for name, data in files.items():
        (folder / name).write_bytes(data)


def judge(sample: Sample, folder: Path, file: str) -> tuple[str, str, Loaded]:
    """Read the folder: result, message, what came out."""
    nothing = Loaded(0, 0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            loaded = sample.read(folder)
    except LedgerError as error:
        return "silent", str(error), nothing
    except RuleError as error:
        lacks = _lacks(error, sample, folder)
        return ("unclear", f"{lacks}: {error}", nothing) if lacks else ("refused", _shorten(error, folder), nothing)
    except BaseException as error:  # noqa: BLE001  a crash is what is looked for
        where = traceback.extract_tb(error.__traceback__)[-6:]
        places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(where))
        return "crash", f"{type(error).__name__}: {error} ({places})"[:600], nothing
    problem = loaded.problem or _miscounted(sample, folder / file, loaded)
    return ("silent", problem, loaded) if problem else ("loaded", "", loaded)


def _lacks(error: RuleError, sample: Sample, folder: Path) -> str | None:
    text = str(error)
    if not (str(folder) in text or any(name in text for name in sample.files)):
        return "names no file"
    return None if error.remedy and error.remedy.strip() else "names no remedy"


def _miscounted(sample: Sample, path: Path, loaded: Loaded) -> str | None:
    if loaded.n_read != loaded.n_kept + loaded.n_left_out:
        return f"{loaded.n_read} rows read, {loaded.n_kept} kept, {loaded.n_left_out} counted as left out"
    if sample.count is None or path.name == MANIFEST:
        return None
    kind = detect_compression(path)
    if kind not in ("plain", "gzip"):
        return None
    try:
        text = gzip.decompress(path.read_bytes()) if kind == "gzip" else path.read_bytes()
    except (OSError, EOFError) as error:
        return f"a stream that gzip calls broken was taken: {error}"
    n_rows = sample.count(text)
    return None if n_rows in (None, loaded.n_read) else f"{loaded.n_read} rows read of {n_rows} that are there"


def _shorten(error: RuleError, folder: Path) -> str:
    return f"{type(error).__name__}: {error}".replace(str(folder), "")[:300]
