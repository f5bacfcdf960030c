"""Finds the SNP that a text names: its key, or an rsid that one SNP bears."""

import re
from difflib import SequenceMatcher

from services.graph.store import Store
from services.search.errors import SnpNotResolved

MAX_SUGGESTIONS = 5
_LIMIT = 50
_LISTED = 100
_PLACED = re.compile(r"(grch3[78]):([^:]+):(\d+):([a-z]+):([a-z]+)", re.IGNORECASE)
_RSID = re.compile(r"rs\d+")


def require_snp(store: Store, text: str) -> str:
    """Key of the one SNP that `text` names: a key in any case, or an rsid.

    Raises
    ------
    SnpNotResolved
        When no SNP of the graph is called so, with the nearest rsids; or when several bear the rsid, with their keys.
    StoreUnavailable
        In an outage.
    """
    wanted = text.strip()
    placed = _PLACED.fullmatch(wanted)
    forms = [wanted, wanted.lower()]
    if placed:
        build, *rest = placed.groups()
        forms.append(":".join([f"GRCh{build[-2:]}", *(part.upper() for part in rest)]))
    keys = [row["id"] for row in store.read("search/find_snps", keys=forms, limit=_LISTED)]
    if not keys and _RSID.fullmatch(wanted.lower()):
        rows = store.read("search/find_snps_by_rsid", rsid=wanted.lower(), limit=_LISTED)
        keys = [row["id"] for row in rows]
    if not keys:
        raise SnpNotResolved(_say_unknown(store, wanted))
    if len(keys) > 1:
        raise SnpNotResolved(f"{wanted!r} names {len(keys)} SNPs: give one key of {', '.join(keys)}")
    return str(keys[0])


def _say_unknown(store: Store, text: str) -> str:
    """That there is no such SNP, which ones look like it, and why a real one may be missing."""
    found = _suggest(store, text)
    perhaps = f": did you mean {', '.join(found)}?" if found else ", and none looks like it."
    return (
        f"no SNP of the graph is called {text!r}{perhaps} It holds only SNPs that a study associates with something "
        "below its threshold; give an rsid, or a key such as GRCh37:1:1000:A:G"
    )


def _suggest(store: Store, text: str) -> list[str]:
    """Rsids that look like the text, the likeliest first."""
    lower = text.lower()
    if not _RSID.fullmatch(lower):
        return []
    rows = store.read("search/snp_suggestions", terms=f"{lower}~ OR {lower}*", limit=_LIMIT)
    names = {name for row in rows for name in row["rsids"]}
    return sorted(names, key=lambda name: (-SequenceMatcher(None, lower, name).ratio(), len(name), name))[
        :MAX_SUGGESTIONS
    ]
