import pytest

from loaders.manifest_keys import COLUMN_FIELDS
from loaders.reference.formats import CPGS, GENES, INTERVALS, POSITIONS, TRAITS

FORMATS = {"positions": POSITIONS, "genes": GENES, "cpgs": CPGS, "traits": TRAITS, "annotation": INTERVALS}
INTERNAL = {"feature", "attributes", "build", "is_enhancer"}


@pytest.mark.parametrize("kind", FORMATS)
def test_formats__fields_are_the_manifest_s(kind):
    for entry in FORMATS[kind]:
        assert set(entry.fields) <= {*COLUMN_FIELDS[kind], *INTERNAL}
        assert set(entry.required) <= set(entry.fields)
        assert all(name == name.lower() for names in entry.fields.values() for name in names)


@pytest.mark.parametrize("kind", FORMATS)
def test_formats__names_are_unique_and_the_last_is_any_table(kind):
    names = [entry.name for entry in FORMATS[kind]]
    assert len(set(names)) == len(names)
    assert names[-1] == "table"
