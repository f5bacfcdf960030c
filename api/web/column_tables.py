"""Tables that are sent as columns: what each column holds, its unit, and how it is written as JSON and Arrow."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from graph_schema import Property, PropertyType
from graph_schema.properties import CIS_TRANS, EVIDENCE

METADATA_KEY: Final = b"locusgraph"
"""Key of an Arrow schema's metadata; its value is the JSON that the JSON form has as ``metadata``."""

_OWN: Final = (
    Property("snp", PropertyType.STRING, "Key of the SNP: build:chromosome:position:alleles, or its rsid."),
    Property("rsid", PropertyType.STRING, "First rsid of the SNP."),
    Property("chromosome", PropertyType.STRING, "Canonical chromosome: 1-22, X, Y or MT."),
    Property("position_bp", PropertyType.INTEGER, "Position in the store's build, 1-based.", "bp"),
    Property("kind", PropertyType.STRING, "MQTL, EQTL or ASSOCIATED_WITH."),
    Property("target", PropertyType.STRING, "Id of the CpG, gene or trait."),
    Property("target_name", PropertyType.STRING, "Symbol of the gene or name of the trait."),
    Property("trait", PropertyType.STRING, "Id of the trait."),
    Property("trait_name", PropertyType.STRING, "Name of the trait."),
    Property("aligned_allele", PropertyType.STRING, "The SNP's first allele, which aligned z-scores refer to."),
)
PROPERTIES: Final[Mapping[str, Property]] = {each.name: each for each in (*EVIDENCE, *CIS_TRANS, *_OWN)}

VALUES: Final = (
    "effect_allele", "other_allele", "effect_size", "standard_error", "z_score", "neg_log10_p", "n_samples",
    "effect_allele_frequency",
)  # fmt: skip
PLACE: Final = ("snp", "rsid", "chromosome", "position_bp")


@dataclass(frozen=True, slots=True)
class Table:
    """An answer in columns.

    Attributes
    ----------
    columns
        What each column holds, in order.
    values
        The values of each column, all of one length.
    metadata
        Release, build and whatever else belongs to the whole.
    """

    columns: tuple[Property, ...]
    values: tuple[list[Any], ...]
    metadata: Mapping[str, Any]

    @property
    def n_rows(self) -> int:
        """Length of the columns."""
        return len(self.values[0]) if self.values else 0


def table_of(names: Sequence[str], rows: Sequence[Mapping[str, Any]], **metadata: Any) -> Table:
    """A table of the named columns of some rows."""
    columns = tuple(PROPERTIES[name] for name in names)
    return Table(columns, tuple([row[name] for row in rows] for name in names), metadata)


def describe(table: Table) -> dict[str, Any]:
    """The metadata of a table with what it says of its columns: units, and which one names the effects' allele."""
    names = [column.name for column in table.columns]
    return {
        **table.metadata,
        "n_rows": table.n_rows,
        "effect_allele_column": "effect_allele" if "effect_allele" in names else "aligned_allele",
        "units": {column.name: column.unit for column in table.columns if column.unit},
    }


def write_json(table: Table) -> bytes:
    """The table as one JSON object: ``metadata`` and ``columns``; numbers keep all their digits."""
    columns = {column.name: values for column, values in zip(table.columns, table.values, strict=True)}
    return orjson.dumps({"metadata": describe(table), "columns": columns})


def write_arrow(table: Table) -> bytes:
    """The table as an Arrow IPC stream: integers as int64, numbers as float64, words as utf8."""
    import pyarrow as pa

    types = {PropertyType.INTEGER: pa.int64(), PropertyType.FLOAT: pa.float64()}
    fields = [
        pa.field(column.name, types.get(column.type, pa.string()), metadata=_field_metadata(column))
        for column in table.columns
    ]
    schema = pa.schema(fields, metadata={METADATA_KEY: orjson.dumps(describe(table))})
    arrays = [pa.array(values, type=each.type) for values, each in zip(table.values, fields, strict=True)]
    buffer = io.BytesIO()
    with pa.ipc.new_stream(buffer, schema) as stream:
        stream.write_batch(pa.record_batch(arrays, schema=schema))
    return buffer.getvalue()


def _field_metadata(column: Property) -> dict[str, str]:
    return {"meaning": column.meaning, **({"unit": column.unit} if column.unit else {})}
