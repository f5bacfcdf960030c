from dataclasses import fields

import pytest

from models.pinsage import PinSageSettings, SettingsError
from models.pinsage.settings import _RANGES


@pytest.mark.parametrize("name", [field.name for field in fields(PinSageSettings) if field.name != "visits"])
def test_settings__refuse_values_outside_their_range(name):
    low, _high = _RANGES[name]
    with pytest.raises(SettingsError, match=f"setting {name} must lie in"):
        PinSageSettings(**{name: low - 1})


def test_settings__refuse_unknown_visits():
    with pytest.raises(SettingsError, match="visits must be one of"):
        PinSageSettings(visits="guessed")


def test_fingerprint__differs_when_a_setting_differs():
    assert PinSageSettings().fingerprint() == PinSageSettings().fingerprint()
    assert PinSageSettings().fingerprint() != PinSageSettings(n_hops=3).fingerprint()
