"""The root field ``mapIds``: many ids, names and symbols at once, one query a kind."""

# mypy: disable-error-code="untyped-decorator, no-any-return"
# strawberry.field types its decorated form as Any, and a DataLoader gives whatever the node's kind builds.

import asyncio
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Annotated

import strawberry

from api.gql.batches import Row
from api.gql.codes import ErrorCode
from api.gql.context import Info, RequestContext
from api.gql.errors import QueryError
from api.gql.meta import SearchTarget, check_kinds
from api.gql.naming import N_SUGGESTIONS, id_forms
from services.search.text_search import KINDS
from services.search.words import full_text_phrase, full_text_terms

LONGEST = 200
_RSID = re.compile(r"rs\d+")
_QUERIES = {
    "SNP": "map_snps",
    "CpG": "map_cpgs",
    "Gene": "map_genes",
    "Trait": "map_traits",
    "Annotation": "map_annotations",
    "Study": "map_studies",
}
_INDEXES = {label: f"{label.lower()}_text" for label in _QUERIES}


@strawberry.type(description="A thing that a text names.")
class IdMatch:
    """A match."""

    kind: str = strawberry.field(description="SNP, CpG, Gene, Trait, Annotation or Study.")
    id: strawberry.ID
    matched_by: str = strawberry.field(description="id, rsid, symbol, name or synonym; case never matters.")

    @strawberry.field(description="The thing itself.")
    async def node(self, info: Info) -> SearchTarget | None:
        """The node, through its DataLoader."""
        return await info.context.load_node(self.kind, str(self.id))


@strawberry.type(description="A text that names something.")
class MappedId:
    """A resolved text."""

    text: str = strawberry.field(description="As it was given.")
    matches: list[IdMatch] = strawberry.field(description="Several where the text names several things.")


@strawberry.type(description="A text that names nothing.")
class UnresolvedId:
    """An unresolved text."""

    text: str = strawberry.field(description="As it was given.")
    did_you_mean: list[str] = strawberry.field(description="What sounds alike, the likeliest first, as name (id).")


@strawberry.type(description="What each of several texts names.")
class IdMapping:
    """The result of mapIds."""

    resolved: list[MappedId] = strawberry.field(description="In the order given, each text once.")
    unresolved: list[UnresolvedId]


async def resolve_map_ids(
    info: Info,
    ids: Annotated[
        list[str],
        strawberry.argument(
            description="SNP keys, rsids, CpG ids, Ensembl ids with or without version, symbols, trait ids, names or "
            "synonyms, annotation and study ids; in any case."
        ),
    ],
    kinds: Annotated[
        list[str] | None, strawberry.argument(description=f"Some of {', '.join(KINDS)}; null: all.")
    ] = None,
) -> IdMapping | None:
    """What each text names."""
    texts = list(dict.fromkeys(_check(ids, info.context.limits.page)))
    await info.context.loaded_release()
    chosen = check_kinds(kinds)
    found = await asyncio.gather(*(_map(info.context, label, texts) for label in chosen))
    matches = {text: [match for of_kind in found for match in of_kind.get(text, ())] for text in texts}
    lost = [text for text in texts if not matches[text]]
    near = await _suggest(info.context, chosen, lost)
    return IdMapping(
        resolved=[MappedId(text=text, matches=matches[text]) for text in texts if matches[text]],
        unresolved=[UnresolvedId(text=text, did_you_mean=near[text]) for text in lost],
    )


def _check(ids: Sequence[str], limit: int) -> list[str]:
    texts = [" ".join(text.split()) for text in ids]
    if len(texts) > limit:
        message = f"`ids` may hold {limit} ids at once, not {len(texts)}: ask in several requests"
        raise QueryError(ErrorCode.BAD_ARGUMENT, message, argument="ids")
    wrong = next((text for text in texts if not 1 <= len(text) <= LONGEST), None)
    if wrong is not None:
        message = f"each of `ids` must have 1 to {LONGEST} characters, not {len(wrong)}: {wrong[:40]!r}"
        raise QueryError(ErrorCode.BAD_ARGUMENT, message, argument="ids")
    return texts


async def _map(context: RequestContext, label: str, texts: Sequence[str]) -> Mapping[str, list[IdMatch]]:
    """Matches of one kind by text, in one query."""
    rows = [_asked(label, text) for text in texts]
    found: defaultdict[str, list[IdMatch]] = defaultdict(list)
    for row in await context.read(_QUERIES[label], rows=rows) if rows else ():
        found[row["key"]].append(IdMatch(kind=label, id=strawberry.ID(row["id"]), matched_by=row["matched"]))
    return found


def _asked(label: str, text: str) -> Row:
    """One text as the queries take it."""
    lower = text.lower()
    named = text.partition(".")[0] if label == "Gene" else text
    return {
        "key": text,
        "forms": id_forms(named),
        "lower": lower,
        "rsid": lower if _RSID.fullmatch(lower) else None,
        "phrase": full_text_phrase(text),
    }


async def _suggest(context: RequestContext, labels: Sequence[str], texts: Sequence[str]) -> Mapping[str, list[str]]:
    """What sounds like each text, in one query a kind."""
    rows = [{"key": text, "terms": terms} for text in texts if (terms := full_text_terms(text))]
    near: defaultdict[str, dict[str, float]] = defaultdict(dict)
    if not rows:
        return defaultdict(list)
    asked = (context.read("suggest_ids", index=_INDEXES[label], rows=rows, limit=N_SUGGESTIONS) for label in labels)
    for row in [row for of_kind in await asyncio.gather(*asked) for row in of_kind]:
        names = [name for name in (*row["names"], row["id"]) if name]
        likeness, name = max((_likeness(row["key"], name), name) for name in names)
        shown = row["id"] if name == row["id"] else f"{name} ({row['id']})"
        near[row["key"]][shown] = likeness
    ordered = {text: sorted(found, key=lambda shown: (-found[shown], shown)) for text, found in near.items()}
    return defaultdict(list, {text: shown[:N_SUGGESTIONS] for text, shown in ordered.items()})


def _likeness(text: str, name: str) -> float:
    return SequenceMatcher(None, text.lower(), name.lower()).ratio()
