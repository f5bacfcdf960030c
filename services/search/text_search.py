"""Finds SNPs, CpGs, genes, traits, annotations and studies by what a person types."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from services.graph.store import Store
from services.releases import current_release
from services.search.errors import RegionError
from services.search.matching import Match, judge_match
from services.search.words import full_text_phrase, full_text_terms

KINDS = ("SNP", "CpG", "Gene", "Trait", "Annotation", "Study")
_REGION = re.compile(r"^(?:chr)?([1-9]|1[0-9]|2[0-2]|X|Y|MT):([0-9,]+)-([0-9,]+)$", re.IGNORECASE)
_RSID = re.compile(r"rs\d+")
_CPG = re.compile(r"c[gh]\w{1,30}")
_FETCHED = 5
"""So many times the limit are read of an index, whose score knows nothing of exact and prefix matches."""


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One thing found.

    Attributes
    ----------
    kind
        Label: one of ``KINDS``.
    id
        Its key.
    name
        Name, symbol or rsids, for a reader.
    description
        What else helps to recognise it.
    match, matched_text
        How the text matched, and which of the thing's ids, names and synonyms it was.
    """

    kind: str
    id: str
    name: str
    description: str
    match: Match = Match.EXACT
    matched_text: str = ""


@dataclass(frozen=True, slots=True)
class _Question:
    text: str
    terms: str
    load_ids: list[str]
    limit: int


def search_text(
    store: Store,
    text: str,
    *,
    kinds: Collection[str] = KINDS,
    limit: int = 20,
    load_ids: Sequence[str] | None = None,
) -> tuple[SearchHit, ...]:
    """Find things by id, rsid, region (``10:100000-200000``), symbol, name, synonym or words, at most `limit` a kind.

    Kinds come in the order of ``KINDS``; within a kind exact matches come first, then those that begin with the text,
    those with all its words, and those that differ by a letter or two. A region finds SNPs alone.

    Parameters
    ----------
    load_ids
        Loads of the release to search in; None: of the current one.

    Raises
    ------
    RegionError
        When a region ends before it begins.
    StoreUnavailable
        In an outage.
    """
    wanted = " ".join(text.split())
    if not wanted:
        return ()
    asked = ("SNP",) if parse_region(wanted) else KINDS
    loads = list(current_release(store).load_ids if load_ids is None else load_ids)
    question = _Question(wanted, _terms(wanted), loads, limit)
    finders: dict[str, Callable[[Store, _Question], list[SearchHit]]] = {
        "SNP": _find_snps,
        "CpG": _find_cpgs,
        "Gene": _find_genes,
        "Trait": _find_traits,
        "Annotation": _find_annotations,
        "Study": _find_studies,
    }
    return tuple(hit for kind in asked if kind in kinds for hit in finders[kind](store, question))


def parse_region(text: str) -> tuple[str, int, int] | None:
    """Chromosome, start and end (1-based, both included) of a text such as ``chr10:100,000-200,000``; else None.

    Raises
    ------
    RegionError
        When it ends before it begins.
    """
    found = _REGION.match(text.strip())
    if not found:
        return None
    start, end = (int(found[number].replace(",", "")) for number in (2, 3))
    if end < start or start < 1:
        raise RegionError(f"a region runs from a position of at least 1 to a later one, not {text!r}: swap its ends")
    return found[1].upper(), start, end


def _terms(text: str) -> str:
    """Lucene query for the whole text as a phrase, which weighs most, and for its words."""
    phrase, words = full_text_phrase(text), full_text_terms(text)
    return f"{phrase}^10 OR {words}" if phrase and words else words


def _find_snps(store: Store, question: _Question) -> list[SearchHit]:
    region = parse_region(question.text)
    if region is not None:
        rows = _snps_of_region(store, region, question.limit)
        return [_snp_hit(row, Match.REGION, question.text) for row in rows]
    lower = question.text.lower()
    rows = store.read("search/find_snps", keys=[question.text, lower], limit=question.limit)
    hits = [_snp_hit(row, Match.EXACT, row["id"]) for row in rows]
    if lower.isalnum():
        rows = store.read("search/find_snps_by_rsid", rsid=lower, limit=question.limit)
        hits += [_snp_hit(row, Match.EXACT, lower) for row in rows]
    if _RSID.fullmatch(lower) and len(hits) < question.limit:
        terms = f"{lower}* OR {lower}~1"
        rows = store.read("search/find_similar_snps", terms=terms, limit=_FETCHED * question.limit)
        hits += _ranked(question, rows, _snp_hit)
    unique: dict[str, SearchHit] = {}
    for hit in hits:
        unique.setdefault(hit.id, hit)
    return list(unique.values())[: question.limit]


def _snp_hit(row: dict[str, Any], match: Match, text: str) -> SearchHit:
    return SearchHit("SNP", row["id"], ", ".join(row["rsids"]) or row["id"], _place(row), match, text)


def _snps_of_region(store: Store, region: tuple[str, int, int], limit: int) -> list[dict[str, Any]]:
    chromosome, start, end = region
    build = store.read("setup/read_schema_version")[0]["reference_build"]
    places = {"chromosome": chromosome, "start_bp": start, "end_bp": end}
    return store.read("search/find_snps_in_region", build=build, limit=limit, **places)


def _find_cpgs(store: Store, question: _Question) -> list[SearchHit]:
    lower = question.text.lower()
    rows = store.read("search/find_cpgs", text=lower, limit=question.limit)
    if not rows and _CPG.fullmatch(lower):
        rows = store.read("search/find_similar_cpgs", terms=f"{lower}~1", limit=_FETCHED * question.limit)
    rows = [{"score": 0.0, "texts": [row["id"]], **row} for row in rows]
    return _ranked(question, rows, _cpg_hit)


def _cpg_hit(row: dict[str, Any], match: Match, text: str) -> SearchHit:
    return SearchHit("CpG", row["id"], row["id"], _place(row), match, text)


def _find_genes(store: Store, question: _Question) -> list[SearchHit]:
    def hit(row: dict[str, Any], match: Match, text: str) -> SearchHit:
        return SearchHit("Gene", row["id"], row["symbol"] or row["id"], row["description"] or "", match, text)

    return _ranked(question, _full_text(store, "search/find_genes", question), hit)


def _find_traits(store: Store, question: _Question) -> list[SearchHit]:
    def hit(row: dict[str, Any], match: Match, text: str) -> SearchHit:
        return SearchHit("Trait", row["id"], row["name"] or row["id"], "; ".join(row["names"][:5]), match, text)

    return _ranked(question, _full_text(store, "search/find_traits", question), hit)


def _find_annotations(store: Store, question: _Question) -> list[SearchHit]:
    def hit(row: dict[str, Any], match: Match, text: str) -> SearchHit:
        return SearchHit("Annotation", row["id"], row["name"], row["tissue"] or "", match, text)

    rows = _full_text(store, "search/find_annotations", question, load_ids=question.load_ids)
    return _ranked(question, rows, hit)


def _find_studies(store: Store, question: _Question) -> list[SearchHit]:
    def hit(row: dict[str, Any], match: Match, text: str) -> SearchHit:
        return SearchHit("Study", row["id"], row["id"], f"{row['kind']}; {row['citation'] or ''}", match, text)

    rows = _full_text(store, "search/find_studies", question, load_ids=question.load_ids)
    return _ranked(question, rows, hit)


def _full_text(store: Store, query: str, question: _Question, **parameters: Any) -> list[dict[str, Any]]:
    if not question.terms:
        return []
    return store.read(query, terms=question.terms, limit=_FETCHED * question.limit, **parameters)


def _ranked(
    question: _Question, rows: Sequence[dict[str, Any]], make: Callable[[dict[str, Any], Match, str], SearchHit]
) -> list[SearchHit]:
    """Hits in the order of how they matched, then of the index's score."""
    judged = [(*judge_match(question.text, row["texts"]), row) for row in rows]
    judged.sort(key=lambda found: (found[0], -found[2]["score"], found[2]["id"]))
    return [make(row, match, text) for match, text, row in judged[: question.limit]]


def _place(row: dict[str, Any]) -> str:
    return f"chromosome {row['chromosome']}:{row['position_bp']}" if row["position_bp"] is not None else "no place"
