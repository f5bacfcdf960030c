"""Finds the thing a caller names: ids in any case, rsids, symbols, trait names; else the nearest ones."""

import asyncio
import re
from collections.abc import Sequence
from typing import Any

from api.gql.batches import Row
from api.gql.codes import ErrorCode
from api.gql.context import RequestContext
from api.gql.errors import QueryError, ambiguous_id, unknown_id
from services.search.text_search import KINDS
from services.search.traits import AmbiguousTrait, Trait, UnknownTrait

_RSID = re.compile(r"rs\d+", re.IGNORECASE)
_PLACED = re.compile(r"(grch3[78]):([^:]+):(\d+):([a-z]+):([a-z]+)", re.IGNORECASE)
N_SUGGESTIONS = 5


def id_forms(text: str) -> list[str]:
    """The text as written, then in the cases that ids have, each once."""
    placed = _PLACED.fullmatch(text)
    if placed:
        build, *rest = placed.groups()
        return list(dict.fromkeys([text, ":".join([f"GRCh{build[-2:]}", *(part.upper() for part in rest)])]))
    return list(dict.fromkeys([text, text.lower(), text.upper()]))


async def find_snp(context: RequestContext, text: str) -> Any:
    """The SNP with this key or rsid.

    Raises
    ------
    QueryError
        ``UNKNOWN_ID``, or ``AMBIGUOUS_ID`` for an rsid with several variants.
    """
    row = await _first_row(context, "snps", id_forms(text))
    if row is None and _RSID.fullmatch(text):
        row = _only_row("SNP", text, await context.batches.rows("snps_by_rsid", text.lower()), "key", "allele_2")
    return await _built(context, "SNP", text, row)


async def find_gene(context: RequestContext, text: str) -> Any:
    """The gene with this Ensembl id or symbol.

    Raises
    ------
    QueryError
        ``UNKNOWN_ID``, or ``AMBIGUOUS_ID`` for a symbol that several genes share.
    """
    row = await _first_row(context, "genes", id_forms(text.partition(".")[0]))
    if row is None:
        for form in id_forms(text):
            rows = await context.batches.rows("genes_by_symbol", form)
            row = row or _only_row("Gene", text, rows, "gene_id", "symbol")
    return await _built(context, "Gene", text, row)


async def find_trait(context: RequestContext, text: str) -> Any:
    """The trait with this id or name.

    Raises
    ------
    QueryError
        ``UNKNOWN_ID`` with the nearest names, or ``AMBIGUOUS_ID`` for a name that several traits share.
    """
    row = await _first_row(context, "traits", id_forms(text))
    if row is None:
        trait_id = await find_trait_id(context, text)
        row = await context.batches.node("traits", trait_id)
    return await _built(context, "Trait", text, row)


async def find_trait_id(context: RequestContext, text: str) -> str:
    """Id of the trait that a text names, by the same rules as the command line.

    Raises
    ------
    QueryError
        ``UNKNOWN_ID`` with the nearest names, or ``AMBIGUOUS_ID`` for a name that several traits share.
    """
    release = await context.loaded_release()
    found: Trait | AmbiguousTrait | UnknownTrait = await context.desk.names.get(
        (release.number, text), lambda: asyncio.to_thread(context.desk.resolve_trait, text, release.load_ids)
    )
    if isinstance(found, AmbiguousTrait):
        raise ambiguous_id("Trait", text, [{"id": trait.trait_id, "name": trait.label} for trait in found.matches])
    if isinstance(found, UnknownTrait):
        raise unknown_id("Trait", text, [f"{name} ({trait_id})" for trait_id, name in found.did_you_mean])
    return found.trait_id


async def find_node(context: RequestContext, label: str, text: str) -> Any:
    """The node of any other kind with this id, in any case.

    Raises
    ------
    QueryError
        ``UNKNOWN_ID``.
    """
    row = await _first_row(context, context.desk.kinds[label].query, id_forms(text))
    return await _built(context, label, text, row)


async def _built(context: RequestContext, label: str, text: str, row: Row | None) -> Any:
    if row is None:
        await context.loaded_release()
        raise unknown_id(label, text, await _suggest(context, label, text))
    return context.desk.kinds[label].build(row)


async def _first_row(context: RequestContext, query: str, forms: Sequence[str]) -> Row | None:
    found = await asyncio.gather(*(context.batches.node(query, form) for form in forms))
    return next((row for row in found if row is not None), None)


def _only_row(label: str, text: str, rows: Sequence[Row], key_name: str, says: str) -> Row | None:
    if len(rows) > 1:
        matches = [{"id": str(row["node"][key_name]), "name": str(row["node"].get(says) or "")} for row in rows]
        raise ambiguous_id(label, text, matches)
    return rows[0] if rows else None


async def _suggest(context: RequestContext, label: str, text: str) -> list[str]:
    """Ids of this kind that a search for the text finds; none for kinds that cannot be searched."""
    if label not in KINDS:
        return []
    release = await context.release()
    hits = await asyncio.to_thread(context.desk.search, text, [label], N_SUGGESTIONS, release.load_ids)
    return [hit.id for hit in hits]


def check_text(text: str, *, argument: str, longest: int = 200) -> str:
    """Return a text that is not empty and not absurdly long.

    Raises
    ------
    QueryError
        ``BAD_ARGUMENT``.
    """
    if not 1 <= len(text.strip()) <= longest:
        message = f"`{argument}` must have 1 to {longest} characters, not {len(text.strip())}"
        raise QueryError(ErrorCode.BAD_ARGUMENT, message, argument=argument)
    return text.strip()
