"""The table of hostile queries in docs/cypher.md; ``python -m tests.docs.hostile`` writes it anew."""

import re
from collections import Counter

from tests.paths import ROOT
from tests.services.cypher.hostile import HOSTILE, Hostile

PAGE = ROOT / "docs" / "cypher.md"
_PLACE = re.compile(r"(<!-- hostile -->\n).*?(<!-- /hostile -->)", re.DOTALL)
_LONGEST = 110


def render_hostile() -> str:
    """How many queries each gate stopped, then every query with what stopped it."""
    stopped = Counter(str(one.stop) for one in HOSTILE)
    lines = [f"{len(HOSTILE)} queries.", "", "| stopped by | queries |", "|---|---|"]
    lines += [f"| {stop} | {n} |" for stop, n in stopped.most_common()]
    lines += ["", "| kind | query | stopped by |", "|---|---|---|"]
    lines += [f"| {one.kind} | {_code(one)} | {one.stop} |" for one in HOSTILE]
    return "\n".join(lines) + "\n"


def write_table() -> None:
    """Put the table into the page."""
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(_PLACE.sub(lambda found: found[1] + render_hostile() + found[2], text), encoding="utf-8")


def _code(one: Hostile) -> str:
    text = "".join(sign if sign.isprintable() else f"⟨U+{ord(sign):04X}⟩" for sign in one.text)
    shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]} … ({len(text):,} characters)"
    for name, value in one.parameters.items():
        words = repr(value) if len(repr(value)) < 40 else f"{len(value):,} entries"
        shown += f"  with ${name} = {words}"
    escaped = shown.replace("|", "\\|")
    return f"`` {escaped} ``" if escaped.strip() else "(empty)"


if __name__ == "__main__":
    write_table()
