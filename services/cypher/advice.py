"""What an analyst should know about a query that is allowed but counts more than it seems to."""

from collections.abc import Sequence

from services.cypher.settled import GraphState
from services.cypher.tokens import Token

_MEASURED = {"MQTL", "EQTL", "ASSOCIATED_WITH"}


def advise(tokens: Sequence[Token], state: GraphState) -> tuple[str, ...]:
    """Notes on a query: predictions of several runs beside each other, and rows that another row stands for."""
    names = {token.name for token in tokens if token.name}
    notes = []
    if "PREDICTED_ASSOCIATION" in names and "RUN_ID" not in names and len(state.run_ids) > 1:
        notes.append(
            "predicted edges of several runs may lie beside each other: WHERE edge.run_id = $champion_run_id keeps "
            "those of the champion"
        )
    if names & _MEASURED and "IS_SUPERSEDED" not in names:
        notes.append(
            "some rows of a study are superseded by another row of it for the same SNP: WHERE NOT edge.is_superseded "
            "keeps one each"
        )
    return tuple(notes)
