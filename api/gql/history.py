"""Lists of where things come from: releases, loads, runs of models, also those that readers see no more."""

from typing import Annotated

import strawberry

from api.gql.context import Info
from api.gql.cursors import Position
from api.gql.errors import unknown_id
from api.gql.listings import After, First, Listing, keyed, read_page
from api.gql.pages import DEFAULT_PAGE, Connection
from api.gql.provenance import Load, ModelRun, Release, build_load, build_model_run, build_release

_RELEASES = Listing("releases_newest_first", lambda row: Position(-row["node"]["number"], ""))
_RUNS = Listing("runs_newest_first", lambda row: Position(row["value"], row["node"]["run_id"]))


async def resolve_release(
    info: Info,
    number: Annotated[int | None, strawberry.argument(description="Its number; null: the one that is read.")] = None,
) -> Release | None:
    """One release."""
    wanted = (await info.context.loaded_release()).number if number is None else number
    row = await info.context.batches.node("releases", str(wanted))
    if row is None:
        raise unknown_id("Release", str(wanted), ())
    return build_release(row)


async def resolve_releases(info: Info, first: First = DEFAULT_PAGE, after: After = None) -> Connection[Release] | None:
    """Every release that there was, a page."""
    return await read_page(info, _RELEASES, "every", build_release, first=first, after=after)


async def resolve_loads(info: Info, first: First = DEFAULT_PAGE, after: After = None) -> Connection[Load] | None:
    """Loads of the release, a page."""
    return await read_page(info, keyed("loads_of_release", "load_id"), "current", build_load, first=first, after=after)


async def resolve_run_history(
    info: Info,
    first: First = DEFAULT_PAGE,
    after: After = None,
    model: Annotated[str | None, strawberry.argument(description="Keep this model's runs; null keeps all.")] = None,
    scope: Annotated[
        str | None, strawberry.argument(description="Keep runs about this, such as a trait's id; null keeps all.")
    ] = None,
    status: Annotated[
        str | None,
        strawberry.argument(description="Keep training, finished, failed or retired runs; null keeps all."),
    ] = None,
) -> Connection[ModelRun] | None:
    """Every run that was begun, a page."""
    filters = {"model": model, "scope": scope, "status": status}
    return await read_page(info, _RUNS, "every", build_model_run, first=first, after=after, **filters)
