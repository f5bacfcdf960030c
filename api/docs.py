"""Writes the documents that are made from the code: ``python -m api.docs`` (``make docs``)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from api.cli.reference import render_cli
from api.gql.schema import render_schema
from graph_schema import EDGES, NODES, SCHEMA_VERSION, Property
from services.manifests import describe_manifest
from services.settings import describe_settings

ROOT = Path(__file__).resolve().parents[1]
MADE = "<!-- Made by `make docs`; change the code instead. -->"


def render_documents() -> dict[str, str]:
    """Every generated document: path from the project's root, and text."""
    return {
        "schema.graphql": render_schema(),
        "docs/cli.md": render_cli(),
        "docs/settings.md": render_settings(),
        "docs/graph-schema.md": render_graph_schema(),
        "docs/manifest.md": render_manifest(),
    }


def render_settings() -> str:
    """The text of ``docs/settings.md``."""
    rows = (
        (f"`{row.environment_variable}`", row.type, f"`{row.default}`" if row.default else "", row.description)
        for row in describe_settings()
    )
    return "\n".join(
        [
            "# Settings",
            MADE,
            "",
            "All settings are read once from the environment; `locusgraph settings` shows their present values.",
            "",
            *_table(("variable", "type", "default", "meaning"), rows),
            "",
        ]
    )


MANIFEST_INTRODUCTION = """\
A manifest is a TOML file that names the inputs. Paths are relative to it. `locusgraph ingest FILE --check` reads and
counts every row and writes nothing; `locusgraph ingest FILE` loads.

```toml
reference_build = "GRCh37"

[[study]]
id = "my-positions"                    # places rsids; makes no nodes of its own
kind = "positions"
path = "panel.bim"
build = "GRCh37"

[[study]]
id = "my-mqtl"
kind = "mqtl"
path = "mqtl/*.csv.gz"                 # a file, a glob or a folder
format = "godmc"                       # or recognised from the header, or `columns = { rsid = "SNP", … }`
build = "GRCh37"
tissue = "whole blood"
p_threshold = 1e-8                     # rows with a smaller p become edges; all rows stay in the full table

[[study]]
id = "my-gwas"
kind = "gwas"
path = "gwas.tsv.gz"
statistics = "complete"                # only complete GWAS are tested on; the other value is "truncated"
trait = "my-trait"
trait_name = "My trait"
build = "GRCh37"
p_threshold = 5e-8
```"""


def render_manifest() -> str:
    """The text of ``docs/manifest.md``."""
    guide = describe_manifest()
    lines = ["# The manifest", MADE, "", MANIFEST_INTRODUCTION, "", "## Keys", ""]
    lines += _table(("key", "takes", "meaning"), guide.keys)
    lines += ["", "## Fields that `columns` may map, by kind", "", *_table(("kind", "fields"), guide.columns)]
    lines += ["", "## Formats of evidence files", ""]
    lines += _table(("format", "kinds", "effect allele", "columns that recognise it"), guide.formats)
    lines += ["", "## Why a row is skipped (no fault of the row)", "", *_table(("reason", "meaning"), guide.skips)]
    lines += ["", "## Why a row is refused", "", *_table(("reason", "meaning"), guide.refusals), ""]
    return "\n".join(lines)


def render_graph_schema() -> str:
    """The text of ``docs/graph-schema.md``."""
    lines = ["# Graph schema", MADE, "", f"Schema version {SCHEMA_VERSION}.", "", "## Nodes", ""]
    for node in NODES.values():
        indexed = ["+".join(columns) for columns in node.indexed]
        extra = [f"indexed: {', '.join(indexed)}"] if indexed else []
        extra += [f"full text: {', '.join(node.full_text)}"] if node.full_text else []
        lines += [f"### {node.label}", "", node.meaning, "", f"Key: `{node.key}`. {'; '.join(extra)}".rstrip(), ""]
        lines += [*_properties(node.properties), ""]
    lines += ["## Edges", ""]
    for edge in EDGES.values():
        ends = f"({' or '.join(edge.sources)}) → ({' or '.join(edge.targets)})"
        measured = "Measured." if edge.is_measured else "Predicted, not measured."
        identity = f" Identity: `{edge.identity}`." if edge.identity else ""
        lines += [f"### {edge.type}", "", f"{ends}. {edge.meaning}", "", f"{measured}{identity}", ""]
        lines += [*_properties(edge.properties), ""]
    return "\n".join(lines).rstrip() + "\n"


def write_documents(root: Path = ROOT) -> list[Path]:
    """Write every generated document anew; the paths of those that changed."""
    changed = []
    for name, text in render_documents().items():
        path = root / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed


def _properties(properties: tuple[Property, ...]) -> Iterator[str]:
    rows = ((f"`{p.name}`", p.type.value, p.unit, "yes" if p.is_required else "", p.meaning) for p in properties)
    return _table(("property", "type", "unit", "required", "meaning"), rows)


def _table(columns: tuple[str, ...], rows: Any) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in rows:
        yield f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in row)} |"


if __name__ == "__main__":
    write_documents()
