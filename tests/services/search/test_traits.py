"""Which trait a text names."""

import pytest

from services.graph.store import Store
from services.search import AmbiguousTrait, Trait, TraitNotResolved, UnknownTrait, require_trait, resolve_trait
from services.settings import Settings
from tests.conftest import Cypher
from tests.services.search.world import World

pytestmark = pytest.mark.store


@pytest.fixture
def world(store: Store, settings: Settings, cypher: Cypher) -> World:
    """EFO:1 height with a synonym; three scoped traits, two of them called Height in one study."""
    built = World(settings)
    traits = [
        {"trait_id": "EFO:1", "name": "body height", "names": ["Height", "Stature"], "synonyms": ["Standing height"]},
        {"trait_id": "mr/1", "name": "Height", "names": ["Height"], "study_id": "mr"},
        {"trait_id": "mr/2", "name": "Height", "names": ["Height"], "study_id": "mr"},
        {"trait_id": "EFO:2", "name": "schizophrenia", "names": ["Schizophrenia", "Psychosis"]},
        {"trait_id": "old/9", "name": "Schizophrenia", "names": ["Schizophrenia"], "study_id": "old"},
    ]
    built.rows.nodes["Trait"] = traits
    for study in ("gwas", "mr", "old"):
        built.study(study, "gwas", statistics="truncated")
    snp, other = built.snp(1, 2.0), built.snp(1, 3.0)
    built.hit(snp, 9.0, trait="EFO:1", reported_trait="Height")
    built.hit(other, 9.0, trait="EFO:1", reported_trait="Height")
    built.hit(snp, 9.0, trait="mr/1", study="mr", reported_trait="Height")
    built.hit(snp, 9.0, trait="mr/2", study="mr", reported_trait="Height")
    built.hit(snp, 9.0, trait="EFO:2", reported_trait="Schizophrenia")
    built.hit(snp, 9.0, trait="old/9", study="old", reported_trait="Schizophrenia")
    built.hit(snp, 9.0, trait="EFO:2", reported_trait="Psychosis")
    built.write(cypher)
    return built


@pytest.mark.parametrize("text", ["EFO:1", "efo:1", "  EFO:1 "])
def test_resolve_trait__takes_an_id_in_any_case(world: World, store: Store, text: str) -> None:
    assert resolve_trait(store, text) == Trait("EFO:1", "body height", None, 2)


def test_resolve_trait__exact_reported_name_of_one_trait_in_a_study_wins(world: World, store: Store) -> None:
    found = resolve_trait(store, "Height")  # two traits of study mr bear it too, so there it names none
    assert isinstance(found, Trait)
    assert found.trait_id == "EFO:1"


def test_resolve_trait__name_of_several_traits_pools_nothing(world: World, store: Store) -> None:
    found = resolve_trait(store, "Schizophrenia")
    assert isinstance(found, AmbiguousTrait)
    assert [trait.trait_id for trait in found.matches] == ["EFO:2", "old/9"]
    assert found.message == (
        "'Schizophrenia' names 2 traits, and traits are not pooled: give one id of schizophrenia (EFO:2), "
        "2 associations; Schizophrenia (old/9), 1 associations"
    )


def test_resolve_trait__inside_a_named_study(world: World, store: Store) -> None:
    found = resolve_trait(store, "Schizophrenia", study="old")
    assert isinstance(found, Trait)
    assert found.trait_id == "old/9"
    assert isinstance(resolve_trait(store, "Schizophrenia", study="mr"), UnknownTrait)


@pytest.mark.parametrize(
    ("text", "trait_id"), [("psychosis", "EFO:2"), ("BODY HEIGHT", "EFO:1"), ("standing height", "EFO:1")]
)
def test_resolve_trait__takes_names_then_synonyms_in_any_case(
    world: World, store: Store, text: str, trait_id: str
) -> None:
    found = resolve_trait(store, text)
    assert isinstance(found, Trait)
    assert found.trait_id == trait_id


def test_resolve_trait__unknown_name_gets_suggestions(world: World, store: Store) -> None:
    found = resolve_trait(store, "Schizofrenia")
    assert isinstance(found, UnknownTrait)
    assert {trait_id for trait_id, _ in found.did_you_mean} == {"EFO:2", "old/9"}
    assert "did you mean" in found.message


@pytest.mark.parametrize("text", ["qqqqqq", "!!", ""])
def test_resolve_trait__nothing_alike_says_so(world: World, store: Store, text: str) -> None:
    found = resolve_trait(store, text)
    assert isinstance(found, UnknownTrait)
    assert found.did_you_mean == ()
    assert "none sounds like it" in found.message


def test_require_trait__refuses_several(world: World, store: Store) -> None:
    with pytest.raises(TraitNotResolved, match="names 2 traits, and traits are not pooled"):
        require_trait(store, "Schizophrenia")


def test_require_trait__gives_the_one(world: World, store: Store) -> None:
    assert require_trait(store, "EFO:2").name == "schizophrenia"
