"""Finds SNPs, CpGs, genes, traits, annotations and studies by what a person types."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from services.graph.store import Store
from services.releases import current_release
from services.search.errors import RegionError
from services.search.words import full_text_terms

KINDS = ("SNP", "CpG", "Gene", "Trait", "Annotation", "Study")
_REGION = re.compile(r"^(?:chr)?([1-9]|1[0-9]|2[0-2]|X|Y|MT):([0-9,]+)-([0-9,]+)$", re.IGNORECASE)


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
    """

    kind: str
    id: str
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class _Question:
    text: str
    terms: str
    load_ids: list[str]
    limit: int


def search_text(store: Store, text: str, *, kinds: Collection[str] = KINDS, limit: int = 20) -> tuple[SearchHit, ...]:
    """Find things by id, rsid, region (``10:100000-200000``), symbol, name, synonym or words, at most `limit` a kind.

    Kinds come in the order of ``KINDS``, exact matches first within a kind; a region finds SNPs alone.

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
    question = _Question(wanted, full_text_terms(wanted), list(current_release(store).load_ids), limit)
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


def _find_snps(store: Store, question: _Question) -> list[SearchHit]:
    region = parse_region(question.text)
    if region is not None:
        rows = _snps_of_region(store, region, question.limit)
    else:
        lower = question.text.lower()
        rows = store.read("search/find_snps", keys=[question.text, lower], limit=question.limit)
        if lower.isalnum():
            rows += store.read("search/find_snps_by_rsid", rsid=lower, limit=question.limit)
    unique = {row["id"]: row for row in rows[: question.limit]}
    return [SearchHit("SNP", key, ", ".join(row["rsids"]) or key, _place(row)) for key, row in unique.items()]


def _snps_of_region(store: Store, region: tuple[str, int, int], limit: int) -> list[dict[str, Any]]:
    chromosome, start, end = region
    build = store.read("setup/read_schema_version")[0]["reference_build"]
    places = {"chromosome": chromosome, "start_bp": start, "end_bp": end}
    return store.read("search/find_snps_in_region", build=build, limit=limit, **places)


def _find_cpgs(store: Store, question: _Question) -> list[SearchHit]:
    rows = store.read("search/find_cpgs", text=question.text.lower(), limit=question.limit)
    return [SearchHit("CpG", row["id"], row["id"], _place(row)) for row in rows]


def _find_genes(store: Store, question: _Question) -> list[SearchHit]:
    rows = _full_text(store, "search/find_genes", question, upper=question.text.upper())
    return [SearchHit("Gene", row["id"], row["symbol"] or row["id"], row["description"] or "") for row in rows]


def _find_traits(store: Store, question: _Question) -> list[SearchHit]:
    rows = _full_text(store, "search/find_traits", question, lower=question.text.lower())
    return [SearchHit("Trait", row["id"], row["name"] or row["id"], "; ".join(row["names"][:5])) for row in rows]


def _find_annotations(store: Store, question: _Question) -> list[SearchHit]:
    rows = _full_text(store, "search/find_annotations", question, load_ids=question.load_ids)
    return [SearchHit("Annotation", row["id"], row["name"], row["tissue"] or "") for row in rows]


def _find_studies(store: Store, question: _Question) -> list[SearchHit]:
    rows = _full_text(store, "search/find_studies", question, load_ids=question.load_ids)
    return [SearchHit("Study", row["id"], row["id"], f"{row['kind']}; {row['citation'] or ''}") for row in rows]


def _full_text(store: Store, query: str, question: _Question, **parameters: Any) -> list[dict[str, Any]]:
    if not question.terms:
        return []
    return store.read(query, terms=question.terms, limit=question.limit, **parameters)


def _place(row: dict[str, Any]) -> str:
    return f"chromosome {row['chromosome']}:{row['position_bp']}" if row["position_bp"] is not None else "no place"
