"""The settings of a PinSage run: every choice the paper leaves open, with its default and its range."""

import hashlib
import json
from dataclasses import asdict, dataclass

from models.pinsage.errors import SettingsError

_CHOICES = {
    "visits": ("auto", "expected", "sampled"),
    "convolution": ("auto", "dgl", "torch"),
    "device": ("cpu", "auto", "cuda"),
}
_NEUTRAL = {"convolution": "auto", "device": "cpu"}  # came after the first runs: at these values they leave no trace

_RANGES: dict[str, tuple[float, float]] = {
    "n_dimensions": (2, 4096),  # DGL ends the process at vectors of one number
    "n_views": (3, 100),
    "n_hops": (1, 8),
    "hop_decay": (0.0, 1.0),
    "cis_weight": (1e-4, 1.0),
    "regularisation": (0.0, 100.0),
    "ld_scale_bp": (1.0, 1e9),
    "ld_minimum": (0.0, 0.999),
    "n_walks": (1, 1_000_000),
    "expected_limit_bytes": (0, 1e15),
    "log_scale": (1e-6, 1e9),
    "eigenvalue_power": (0.0, 2.0),
    "n_neighbours": (1, 10_000),
    "learning_rate": (1e-8, 10.0),
    "weight_decay": (0.0, 10.0),
    "n_steps": (1, 1_000_000),
    "n_warmup_steps": (0, 1_000_000),
    "batch_pairs": (1, 1_000_000),
    "check_every": (1, 1_000_000),
    "patience": (1, 1_000_000),
    "checkpoint_every": (1, 1_000_000),
    "minimum_pairs": (1, 1_000_000_000),
    "n_threads": (1, 1024),
}


@dataclass(frozen=True)
class PinSageSettings:
    """Everything that decides a fit besides the graph and the seed.

    Attributes
    ----------
    n_dimensions
        Length of an embedding vector.
    n_views
        Cross-fitting views; each hides 1/n_views of the (block, molecule cluster) pairs. The last one validates.
    n_hops, hop_decay
        Hops SNP -> molecule -> SNP of a walk, and the probability to go on after each.
    cis_weight
        Weight in walks of a pair whose molecule is at home in the block, beside 1 of all others: that a molecule lies
        somewhere says little of the loci that act on it from afar.
    ld_scale_bp, ld_minimum
        The LD jump inside a block is proportional to exp(-distance / ld_scale_bp), which stands for r squared;
        below ld_minimum it is 0.
    visits, n_walks, expected_limit_bytes
        "expected" (sparse algebra), "sampled" (n_walks walks from each SNP) or "auto": expected while its
        table of SNPs by blocks stays under expected_limit_bytes.
    log_scale, eigenvalue_power, regularisation
        Walk profile = eigenpairs of log(1 + log_scale * D^-1/2 K D^-1/2), eigenvalues to this power; D is the blocks'
        visits plus `regularisation` times their mean, so that blocks of little evidence stay small.
    n_neighbours
        Most visited loci that importance pooling averages over.
    learning_rate, weight_decay, n_steps, n_warmup_steps
        AdamW with linear warm-up and cosine decay.
    batch_pairs
        Hidden pairs predicted in one step.
    check_every, patience, checkpoint_every
        Steps between validations, validations without progress before stopping, steps between checkpoints.
    minimum_pairs
        Fewer predictable (block, molecule) pairs than this refuse to train.
    n_threads
        Threads torch uses, fixed so that sums are added in the same order on every machine.
    convolution
        What does the convolution: "dgl", "torch", or "auto": DGL on a CPU where it can be imported, else torch.
        The results are the same up to rounding; the record of a fit names the one that was used.
    device
        Where training runs: "cpu", "cuda", or "auto": a GPU where torch sees one.
    """

    n_dimensions: int = 80
    n_views: int = 10
    n_hops: int = 3
    hop_decay: float = 0.7
    cis_weight: float = 0.01
    ld_scale_bp: float = 30_000.0
    ld_minimum: float = 0.01
    visits: str = "auto"
    n_walks: int = 1000
    expected_limit_bytes: int = 3_000_000_000
    log_scale: float = 300.0
    eigenvalue_power: float = 0.5
    regularisation: float = 1.0
    n_neighbours: int = 50
    learning_rate: float = 1e-2
    weight_decay: float = 1e-2
    n_steps: int = 200
    n_warmup_steps: int = 20
    batch_pairs: int = 2048
    check_every: int = 10
    patience: int = 8
    checkpoint_every: int = 50
    minimum_pairs: int = 20
    n_threads: int = 1
    convolution: str = "auto"
    device: str = "cpu"

    def __post_init__(self) -> None:
        """Refuse values outside their range.

        Raises
        ------
        SettingsError
            Naming the setting, its value and its range.
        """
        for name, (low, high) in _RANGES.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise SettingsError(f"PinSage setting {name} must lie in [{low:g}, {high:g}], got {value}; change it.")
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise SettingsError(f"PinSage setting {name} must be one of {choices}, got {getattr(self, name)!r}.")

    def fingerprint(self) -> str:
        """Give the sha256 of all settings, the same for equal settings.

        An engine left to choose (`convolution`, `device` at their defaults) is no part of it.
        """
        counted = {name: value for name, value in asdict(self).items() if _NEUTRAL.get(name, ...) != value}
        return hashlib.sha256(json.dumps(counted, sort_keys=True).encode()).hexdigest()
