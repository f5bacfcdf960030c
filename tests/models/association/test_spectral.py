import numpy as np
import pytest

from models.association.errors import KinshipMatrixError
from models.association.spectral import centre_kinship, decompose
from tests.models.association.dense_twin import centred
from tests.models.association.families import make_families


def test_centre_kinship__is_the_projection() -> None:
    kinship = make_families(3).kinship + 2.0
    np.testing.assert_allclose(centre_kinship(kinship), centred(kinship), atol=1e-12)


def test_decompose__gives_the_centred_matrix_back() -> None:
    kinship = make_families(4).kinship
    found = decompose(kinship)
    assert found.n_people == 20
    np.testing.assert_allclose((found.vectors * found.values) @ found.vectors.T, centred(kinship), atol=1e-10)
    assert found.mean_diagonal == pytest.approx(np.trace(centred(kinship)) / 20)
    assert (np.diff(found.values) >= 0).all()


def test_decompose__what_is_nearly_0_becomes_0_and_is_told() -> None:
    """A matrix with a negative eigenvalue, as pairs with missing SNPs make them."""
    kinship = np.diag([3.0, 2.0, 1.0, -5.0])
    found = decompose(kinship)
    assert found.lowest == pytest.approx(np.linalg.eigvalsh(centred(kinship))[0])
    assert found.lowest < -1.0
    assert (found.values >= 0).all()


def test_decompose__takes_float32_and_leaves_it_alone() -> None:
    kinship = make_families(3).kinship.astype(np.float32)
    before = kinship.copy()
    np.testing.assert_allclose(decompose(kinship).values, decompose(before.astype(np.float64)).values)
    np.testing.assert_array_equal(kinship, before)


@pytest.mark.parametrize("shape", [(3,), (3, 4), (1, 1)])
def test_decompose__refuses_what_is_not_square(shape: tuple[int, ...]) -> None:
    with pytest.raises(KinshipMatrixError, match="must be square with 2 people or more, not"):
        decompose(np.ones(shape))


def test_decompose__refuses_what_is_not_finite() -> None:
    kinship = np.eye(4)
    kinship[1, 2] = np.nan
    with pytest.raises(KinshipMatrixError, match=r"people 1 and 2 \(counted from 0\) is nan: it must be finite"):
        decompose(kinship)


def test_decompose__refuses_one_triangle() -> None:
    with pytest.raises(KinshipMatrixError, match=r"differs from its transpose by up to .*: give the whole symmetric"):
        decompose(np.tril(make_families(3).kinship))


def test_decompose__refuses_a_matrix_without_relationships() -> None:
    """Ones everywhere say nothing once the mean is out."""
    with pytest.raises(KinshipMatrixError, match=r"all 5 eigenvalues .* are below 1e-10: give one made from genotypes"):
        decompose(np.ones((5, 5)))
