"""Refuses what the server's own plan shows to be more than reading the graph."""

from services.cypher.errors import CypherRefused, Stop
from services.graph.foreign import Plan

PROCEDURES = frozenset(
    {
        "db.labels",
        "db.relationshipTypes",
        "db.propertyKeys",
        "db.schema.visualization",
        "db.schema.nodeTypeProperties",
        "db.schema.relTypeProperties",
        "db.index.fulltext.queryNodes",
        "db.index.fulltext.queryRelationships",
    }
)
"""Procedures that analysts may call: they read the graph and nothing of the server."""

READING_REMEDY = "read only; studies are loaded and removed by locusgraph's own commands"
_FORBIDDEN = {
    "LoadCSV": "files and addresses are not read: load data with locusgraph ingest",
    "AdministrationCommand": "users and databases are the operator's",
    "Show": "the server's own state is not shown: CALL db.labels() and locusgraph schema tell what the graph holds",
    "Terminate": "other people's queries are not ended here",
    "Transaction": "a reading query needs no CALL … IN TRANSACTIONS: use CALL (…) { … }",
}


def check_plan(plan: Plan) -> None:
    """Refuse a plan that writes, administers, looks at the server or the disk, or calls an unlisted procedure.

    Raises
    ------
    CypherRefused
        Naming the step of the plan.
    """
    for operator in plan.operators:
        for beginning, remedy in _FORBIDDEN.items():
            if operator.kind.startswith(beginning):
                raise CypherRefused(
                    "an analyst's query only reads the graph", seen=operator.kind, remedy=remedy, stop=Stop.EXPLAIN
                )
        name = operator.details.split("(")[0].replace("`", "").strip()
        if operator.kind == "ProcedureCall" and name not in PROCEDURES:
            raise CypherRefused(
                "only procedures of the list may be called",
                seen=name,
                remedy=f"allowed: {', '.join(sorted(PROCEDURES))}",
                stop=Stop.EXPLAIN,
            )
    if plan.query_type != "r":
        raise CypherRefused(
            "an analyst's query only reads",
            seen=f"the server's plan has type {plan.query_type!r} ({_writing_step(plan)})",
            remedy=READING_REMEDY,
            stop=Stop.EXPLAIN,
        )


def _writing_step(plan: Plan) -> str:
    reading = ("ProduceResults", "EmptyResult", "Argument", "Projection", "EmptyRow", "Eager")
    return next((step.kind for step in plan.operators if not step.kind.startswith(reading)), "?")
