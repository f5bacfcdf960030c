"""Stratified LD score regression, arrays in memory: our fit beside that of ``pyldsc`` on the same numbers.

``python -m tests.benchmarks sldsc_fit [N_SNPS]``: 1,200,000 SNPs, 97 simulated annotations that overlap (five of them
continuous, with either sign), 200 blocks, fixed seed, condition number at most 1e3. Both sides are one process with
one thread, best of three, and must agree to 1e-8. Wanted: ratio >= 5.
"""

import json
import sys

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.peers import Call, Measured, Side, compare, figures

N_SNPS, N_ANNOTATIONS, N_CONTINUOUS, N_BLOCKS = 1_200_000, 97, 5, 200
N_SAMPLES, M_BASE, SEED = 1e5, 5_961_159.0, 20_261_121
N_WARM = 22_000
LARGEST_CONDITION_NUMBER, TOLERANCE = 1e3, 1e-8
SAME = {
    "h2": "tot",
    "h2_se": "tot_se",
    "intercept": "intercept",
    "intercept_se": "intercept_se",
    "coefficient": "coef",
    "coefficient_se": "coef_se",
    "category_h2": "cat",
    "category_h2_se": "cat_se",
    "proportion": "prop",
    "proportion_covariance": "prop_cov",
}
"""Our name of each result and the peer's."""


def main(arguments: list[str]) -> int:
    """Print the figures as one JSON object; 1 when the two sides disagree or the bar is missed."""
    ld_scores, z, weight_ld, m = simulate(int(arguments[0]) if arguments else N_SNPS)
    condition_number = float(np.sqrt(np.linalg.cond(ld_scores.T @ ld_scores)))
    n_samples = np.full(z.size, N_SAMPLES)
    few = slice(0, N_WARM)  # imports and compilation are left out of both sides
    start = {"ld_scores": ld_scores[few], "z": z[few], "n_samples": n_samples[few], "weight_ld": weight_ld[few], "m": m}
    whole = {"ld_scores": ld_scores, "z": z, "n_samples": n_samples, "weight_ld": weight_ld, "m": m}
    ours, peer = compare(
        Side((_our_call(**whole),), (_our_call(**start),)),
        Side((_peer_call(**whole),), (_peer_call(**start),), is_peer=True),
    )
    error = worst_relative_error(ours, peer)
    found = {
        "n_snps": z.size,
        "n_annotations": m.size,
        "condition_number": round(condition_number, 1),
        "worst_relative_error": error,
        **figures(ours, peer),
    }
    print(json.dumps(found))
    return int(not (condition_number <= LARGEST_CONDITION_NUMBER and error <= TOLERANCE and found["ratio"] >= 5.0))


def simulate(
    n_snps: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """LD scores ``[n, C]``, z ``[n]``, LD scores of the weights ``[n]``, M ``[C]``.

    The first annotation holds all SNPs. Each other holds a share of a SNP's LD that wanders with one of twelve
    hidden ones, so that annotations overlap; the last five take either sign, as continuous ones do.
    """
    rng = np.random.default_rng(SEED)
    n_others = N_ANNOTATIONS - 1
    total = 2.0 + rng.gamma(1.5, 25.0, n_snps)
    share = rng.uniform(0.05, 0.6, n_others)
    kind = rng.integers(0, 12, n_others)
    ld_scores = np.empty((n_snps, N_ANNOTATIONS))
    ld_scores[:, 0] = total
    for start in range(0, n_snps, 20_000):
        chunk = slice(start, start + 20_000)
        base = total[chunk, None]
        hidden = rng.random((base.size, 12))[:, kind]
        mixed = 0.6 * hidden + 0.4 * rng.random((base.size, n_others))
        mixed[:, -N_CONTINUOUS:] = 2.0 * mixed[:, -N_CONTINUOUS:] - 1.0
        np.multiply(base, 2.0 * share * mixed, out=ld_scores[chunk, 1:])
    m = M_BASE * np.concatenate(([1.0], share))
    m[-N_CONTINUOUS:] *= 0.01
    tau = np.zeros(N_ANNOTATIONS)
    tau[:8] = 0.3 / M_BASE / 4.0
    variance = 1.02 + N_SAMPLES * (ld_scores @ tau)
    z = rng.standard_normal(n_snps) * np.sqrt(variance)
    limit = np.sqrt(79.0)
    return ld_scores, np.clip(z, -limit, limit), 1.0 + 0.3 * total * rng.random(n_snps), m


def worst_relative_error(ours: Measured, peer: Measured) -> float:
    """Largest difference of any number of any result, over the largest size of that result's numbers."""
    errors = []
    for name, other in SAME.items():
        mine, theirs = np.squeeze(ours.values[0][name]), np.squeeze(peer.values[0][other])
        assert mine.shape == theirs.shape, (name, mine.shape, theirs.shape)
        scale = np.abs(theirs) if name != "proportion_covariance" else np.abs(theirs).max()
        errors.append(float(np.max(np.abs(mine - theirs) / scale)))
        print(f"{name}: {errors[-1]:.1e}", file=sys.stderr)
    return max(errors)


def _our_call(
    ld_scores: NDArray[np.float64],
    z: NDArray[np.float64],
    n_samples: NDArray[np.float64],
    *,
    weight_ld: NDArray[np.float64],
    m: NDArray[np.float64],
) -> Call:
    return Call(
        "models.heritability.estimate_partitioned",
        {"z": z, "n_samples": n_samples, "ld_scores": ld_scores, "weight_ld": weight_ld, "m": m},
        tuple(SAME),
    )


def _peer_call(
    ld_scores: NDArray[np.float64],
    z: NDArray[np.float64],
    n_samples: NDArray[np.float64],
    *,
    weight_ld: NDArray[np.float64],
    m: NDArray[np.float64],
) -> Call:
    """As its own command calls it for several annotations: chi², columns of shape ``[n, 1]``, no reweighting."""
    arguments = {
        "y": (z * z)[:, None],
        "x": ld_scores,
        "w": weight_ld[:, None],
        "N": n_samples[:, None],
        "M": m[None, :],
        "n_blocks": N_BLOCKS,
        "old_weights": True,
    }
    return Call("pyldsc.regressions.Hsq", arguments, tuple(SAME.values()))
