"""The groups of properties that runs write on traits."""

import math

from graph_schema.nodes import TRAIT
from services.statistics.runs import REML_CHROMOSOMES
from services.statistics.trait_properties import PROPERTY_GROUPS


def test_property_groups__are_properties_of_traits_and_share_none() -> None:
    known = {each.name for each in TRAIT.properties}
    names = [name for group in PROPERTY_GROUPS.values() for name in group.names]
    assert len(names) == len(set(names))
    assert set(names) < known
    assert all(group.owner in group.names for group in PROPERTY_GROUPS.values())


def test_property_groups__a_share_held_at_the_bound_has_no_error() -> None:
    parts = [{"name": "1", "share": 0.25, "share_se": 0.125}, {"name": "X", "share": 0.0, "share_se": None}]
    found = PROPERTY_GROUPS[REML_CHROMOSOMES].properties("r", {"components": parts})
    errors = found.pop("reml_chromosome_share_ses")
    assert found == {
        "reml_chromosomes": ["1", "X"], "reml_chromosome_shares": [0.25, 0.0], "reml_chromosome_run_id": "r",
    }  # fmt: skip
    assert errors[0] == 0.125
    assert math.isnan(errors[1])
