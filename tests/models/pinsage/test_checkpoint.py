import numpy as np
import pytest

from models.pinsage import CheckpointError
from models.pinsage.checkpoint import pack, unpack


def test_pack__comes_back_and_is_the_same_every_time():
    arrays = {"b": np.arange(3, dtype=np.int32), "a": np.eye(2, dtype=np.float32)}
    data = pack("model", {"x": 1}, arrays)
    assert data == pack("model", {"x": 1}, dict(reversed(arrays.items())))
    header, back = unpack("model", data)
    assert header["x"] == 1
    np.testing.assert_array_equal(back["b"], arrays["b"])
    assert back["a"].dtype == np.float32


@pytest.mark.parametrize("damage", [lambda data: data[:-40], lambda _: b"", lambda _: b"not a model"])
def test_unpack__refuses_damaged_bytes(damage):
    with pytest.raises(CheckpointError, match="could not be read"):
        unpack("model", damage(pack("model", {}, {"a": np.zeros(5)})))


def test_unpack__refuses_another_kind():
    with pytest.raises(CheckpointError, match=r"A PinSage model of format .* is wanted, got checkpoint"):
        unpack("model", pack("checkpoint", {}, {}))
