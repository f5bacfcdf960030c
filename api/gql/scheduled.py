"""The GraphQL type of what the scheduler did: loads of the inbox, trainings, and how each ended."""

# mypy: disable-error-code="untyped-decorator, no-any-return"
# strawberry.field types its decorated form as Any, and a DataLoader gives whatever the node's kind builds.

from typing import Annotated

import strawberry
from strawberry.scalars import JSON

from api.gql.batches import Row
from api.gql.building import build_object
from api.gql.context import Info
from api.gql.cursors import Position
from api.gql.listings import After, First, Listing, read_page
from api.gql.pages import DEFAULT_PAGE, Connection
from api.gql.provenance import ModelRun, read_json

_NEWEST_FIRST = Listing("scheduled_runs_newest_first", lambda row: Position(row["value"], row["node"]["fingerprint"]))


@strawberry.type(description="One thing that the scheduler does once: load a file of the inbox, or train again.")
class ScheduledRun:
    """A line of the scheduler's ledger."""

    fingerprint: strawberry.Private[str]
    model_run_id: strawberry.Private[str | None]
    champion_before_id: strawberry.Private[str | None]
    champion_after_id: strawberry.Private[str | None]
    kind: str = strawberry.field(description="load, retrain, cron, or start: from when on a cron expression counts.")
    trigger: str = strawberry.field(description="What asked for it.")
    source: str | None = strawberry.field(description="File of the inbox, or cron expression.")
    source_sha256: str | None
    status: str = strawberry.field(description="running, waiting, or how it ended.")
    stage: str | None = strawberry.field(description="How far it is.")
    verdict: str | None = strawberry.field(description="How it will end, once that is decided.")
    reason: str | None = strawberry.field(description="Why it ended so, in one sentence.")
    results: JSON | None = strawberry.field(description="What its report says.")
    release_before: int | None
    release_after: int | None
    n_attempts: int | None = strawberry.field(description="Times it was begun, kills included.")
    n_failures: int | None = strawberry.field(description="Times it ended with an error.")
    n_deaths: int | None = strawberry.field(description="Times the process that did it died, or lost its lease.")
    due_at: str | None = strawberry.field(description="When the cron expression wanted it.")
    created_at: str | None
    finished_at: str | None

    @strawberry.field(description="sha256 over what is to be done and what it is done with.")
    def id(self) -> strawberry.ID:
        """Fingerprint."""
        return strawberry.ID(self.fingerprint)

    @strawberry.field(description="The best model run of its training.")
    async def model_run(self, info: Info) -> ModelRun | None:
        """Run, through its DataLoader."""
        return await info.context.load_node("ModelRun", self.model_run_id)

    @strawberry.field(description="The champion when it was first claimed.")
    async def champion_before(self, info: Info) -> ModelRun | None:
        """Run, through its DataLoader."""
        return await info.context.load_node("ModelRun", self.champion_before_id)

    @strawberry.field(description="The champion when it was decided.")
    async def champion_after(self, info: Info) -> ModelRun | None:
        """Run, through its DataLoader."""
        return await info.context.load_node("ModelRun", self.champion_after_id)


async def resolve_scheduled_runs(
    info: Info,
    first: First = DEFAULT_PAGE,
    after: After = None,
    kind: Annotated[str | None, strawberry.argument(description="Keep this kind; null keeps all.")] = None,
    status: Annotated[str | None, strawberry.argument(description="Keep this status; null keeps all.")] = None,
) -> Connection[ScheduledRun] | None:
    """What the scheduler did, a page."""
    return await read_page(
        info, _NEWEST_FIRST, "every", build_scheduled_run, first=first, after=after, kind=kind, status=status
    )


def build_scheduled_run(row: Row) -> ScheduledRun:
    """A line of the ledger of a row with ``node``."""
    node = row["node"]
    return build_object(
        ScheduledRun,
        node,
        results=read_json(node.get("results")),
        champion_before_id=node.get("champion_before"),
        champion_after_id=node.get("champion_after"),
    )
