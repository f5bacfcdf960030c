"""Finds the trait that a text names; a name that fits several traits pools nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from services.graph.store import Store
from services.releases import current_release
from services.search.errors import TraitNotResolved
from services.search.words import full_text_terms

MAX_SUGGESTIONS = 5
_FULL_TEXT_LIMIT = 200
_LEAST_LIKENESS = 0.5


@dataclass(frozen=True, slots=True)
class Trait:
    """A trait of the graph.

    Attributes
    ----------
    trait_id
        CURIE, else ``<study>/<id>``.
    name
        Its name, where it has one.
    study_id
        The study, for a trait scoped to one.
    n_associations
        Associations that readers see.
    """

    trait_id: str
    name: str | None
    study_id: str | None
    n_associations: int

    @property
    def label(self) -> str:
        """Name and id for a reader."""
        return f"{self.name} ({self.trait_id})" if self.name and self.name != self.trait_id else self.trait_id


@dataclass(frozen=True, slots=True)
class AmbiguousTrait:
    """Several traits fit; the caller chooses one by its id.

    Attributes
    ----------
    text
        What was asked for.
    matches
        The traits, those with most associations first.
    """

    text: str
    matches: tuple[Trait, ...]

    @property
    def message(self) -> str:
        """One sentence that lists the matches."""
        listed = "; ".join(f"{trait.label}, {trait.n_associations} associations" for trait in self.matches)
        return f"{self.text!r} names {len(self.matches)} traits, and traits are not pooled: give one id of {listed}"


@dataclass(frozen=True, slots=True)
class UnknownTrait:
    """No trait fits.

    Attributes
    ----------
    text
        What was asked for.
    did_you_mean
        Ids and names that sound alike, the likeliest first.
    """

    text: str
    did_you_mean: tuple[tuple[str, str], ...]

    @property
    def message(self) -> str:
        """One sentence with the suggestions."""
        if not self.did_you_mean:
            return f"no trait is called {self.text!r}, and none sounds like it: see `locusgraph studies list`"
        listed = "; ".join(f"{name} ({trait_id})" for trait_id, name in self.did_you_mean)
        return f"no trait is called {self.text!r}: did you mean {listed}?"


def resolve_trait(
    store: Store, text: str, *, study: str | None = None, load_ids: Sequence[str] | None = None
) -> Trait | AmbiguousTrait | UnknownTrait:
    """Find the trait that `text` names.

    Taken in this order, the first that fits: the trait's id in any case; a name that exactly one trait is reported by
    inside a study, where all such studies agree on the trait; its name or a reported name in any case; a synonym of
    its ontology. Where several traits fit equally well they are returned as a list.

    Parameters
    ----------
    store
        The graph.
    text
        Id, name or synonym.
    study
        Only traits that this study reports by exactly this name.
    load_ids
        Loads of the release to look in; None: of the current one.

    Raises
    ------
    StoreUnavailable
        In an outage.
    """
    wanted = " ".join(text.split())
    load_ids = list(current_release(store).load_ids if load_ids is None else load_ids)
    rows = store.read("search/trait_matches", text=wanted.lower(), load_ids=load_ids)
    by_id = [row for row in rows if row["matched"] == "id"]
    if by_id and study is None:
        return _choose(wanted, by_id)
    reported = _reported_by_name(store, wanted, rows, load_ids)
    if study is not None:
        inside = [row for row in rows if row["trait_id"] in reported.get(study, ())]
        return _choose(wanted, inside) if inside else _suggest(store, wanted)
    agreed = {next(iter(traits)) for traits in reported.values() if len(traits) == 1}
    if len(agreed) == 1:
        return _choose(wanted, [row for row in rows if row["trait_id"] in agreed])
    for kind in ("name", "synonym"):
        if matched := [row for row in rows if row["matched"] == kind]:
            return _choose(wanted, matched)
    return _suggest(store, wanted)


def require_trait(store: Store, text: str) -> Trait:
    """Find the one trait that `text` names.

    Raises
    ------
    TraitNotResolved
        When no trait fits, or several do.
    """
    found = resolve_trait(store, text)
    if isinstance(found, Trait):
        return found
    raise TraitNotResolved(found.message)


def _reported_by_name(
    store: Store, text: str, rows: Sequence[dict[str, Any]], load_ids: Sequence[str]
) -> dict[str, set[str]]:
    """Traits that each study reports by exactly this name."""
    found: dict[str, set[str]] = {}
    trait_ids = [row["trait_id"] for row in rows]
    for row in store.read("search/trait_reports", trait_ids=trait_ids, text=text, load_ids=load_ids):
        found.setdefault(row["study_id"], set()).add(row["trait_id"])
    return found


def _choose(text: str, rows: Sequence[dict[str, Any]]) -> Trait | AmbiguousTrait:
    ordered = sorted(rows, key=lambda row: (-row["n_associations"], row["trait_id"]))
    traits = tuple(Trait(row["trait_id"], row["name"], row["study_id"], row["n_associations"]) for row in ordered)
    return traits[0] if len(traits) == 1 else AmbiguousTrait(text, traits)


def _suggest(store: Store, text: str) -> UnknownTrait:
    terms = full_text_terms(text)
    rows = store.read("search/trait_suggestions", terms=terms, limit=_FULL_TEXT_LIMIT) if terms else []
    best: dict[str, tuple[float, str]] = {}
    for row in rows:
        names = {row["trait_id"], row["name"] or row["trait_id"], *row["names"], *row["synonyms"]}
        likeness, name = max((_likeness(text, name), name) for name in names)
        if likeness >= _LEAST_LIKENESS:
            best[row["trait_id"]] = (likeness, name)
    ordered = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))[:MAX_SUGGESTIONS]
    return UnknownTrait(text, tuple((trait_id, name) for trait_id, (_, name) in ordered))


def _likeness(first: str, second: str) -> float:
    return SequenceMatcher(None, first.lower(), second.lower()).ratio()
