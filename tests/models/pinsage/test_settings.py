from dataclasses import fields

import pytest

from models.pinsage import PinSageSettings, SettingsError
from models.pinsage.settings import _CHOICES, _RANGES


@pytest.mark.parametrize("name", [field.name for field in fields(PinSageSettings) if field.name not in _CHOICES])
def test_settings__refuse_values_outside_their_range(name):
    low, _high = _RANGES[name]
    with pytest.raises(SettingsError, match=f"setting {name} must lie in"):
        PinSageSettings(**{name: low - 1})


@pytest.mark.parametrize("name", ["visits", "convolution", "device"])
def test_settings__refuse_an_unknown_choice(name):
    with pytest.raises(SettingsError, match=f"{name} must be one of"):
        PinSageSettings(**{name: "guessed"})


def test_fingerprint__differs_when_a_setting_differs():
    assert PinSageSettings().fingerprint() == PinSageSettings().fingerprint()
    assert PinSageSettings().fingerprint() != PinSageSettings(n_hops=2).fingerprint()


def test_fingerprint__counts_an_engine_only_when_one_is_asked_for():
    assert PinSageSettings().fingerprint() == PinSageSettings(convolution="auto", device="cpu").fingerprint()
    assert PinSageSettings().fingerprint() != PinSageSettings(convolution="torch").fingerprint()
    assert PinSageSettings().fingerprint() != PinSageSettings(device="auto").fingerprint()
