"""The release: the one switch that says which loads and model runs readers see."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from services.graph.store import Row, Store, Transaction


@dataclass(frozen=True)
class Release:
    """What readers see.

    Attributes
    ----------
    number
        Raised by one at each switch; 0 before the first.
    load_ids, run_ids
        The active loads and model runs, sorted.
    created_at
        Time of the switch; None before the first.
    champion_run_id
        The run whose predicted edges readers see who name no run; None where there is none.
    """

    number: int
    load_ids: tuple[str, ...]
    run_ids: tuple[str, ...]
    created_at: datetime | None
    champion_run_id: str | None = None


NO_RELEASE = Release(0, (), (), None)


def current_release(store: Store | Transaction) -> Release:
    """Read the current release; ``NO_RELEASE`` in a store that never switched.

    Raises
    ------
    StoreUnavailable
        In an outage.
    """
    name = "releases/read_current"
    rows = store.run(name) if isinstance(store, Transaction) else store.read(name)
    return _to_release(rows[0]) if rows else NO_RELEASE


def switch_release(  # noqa: PLR0913 (what may change of a release)
    store: Store | Transaction,
    reason: str,
    *,
    add_load_ids: Collection[str] = (),
    remove_load_ids: Collection[str] = (),
    add_run_ids: Collection[str] = (),
    remove_run_ids: Collection[str] = (),
    champion_run_id: str | None = None,
) -> Release:
    """Make a new current release from the present one in one small transaction.

    Two switches at once are done one after the other, each on what the other left. Ids that are added and removed
    are in the new release.

    Parameters
    ----------
    store
        A transaction of the caller's, when the switch belongs together with other changes; else the store.
    reason
        What made the switch, such as ``load godmc`` (kept on the Release node).
    champion_run_id
        The run that becomes champion; None leaves the present one, which ends when it is removed.
    """
    if isinstance(store, Store):
        with store.transaction() as transaction:
            return switch_release(
                transaction,
                reason,
                add_load_ids=add_load_ids,
                remove_load_ids=remove_load_ids,
                add_run_ids=add_run_ids,
                remove_run_ids=remove_run_ids,
                champion_run_id=champion_run_id,
            )
    store.run("releases/lock")
    old = current_release(store)
    run_ids = sorted(({*old.run_ids} - {*remove_run_ids}) | {*add_run_ids})
    champion = champion_run_id or old.champion_run_id
    rows = store.run(
        "releases/switch",
        number=old.number + 1,
        reason=reason,
        load_ids=sorted(({*old.load_ids} - {*remove_load_ids}) | {*add_load_ids}),
        run_ids=run_ids,
        champion_run_id=champion if champion in run_ids else None,
    )
    return _to_release(rows[0])


def _to_release(row: Row) -> Release:
    return Release(
        number=row["number"],
        load_ids=tuple(row["load_ids"]),
        run_ids=tuple(row["run_ids"]),
        created_at=datetime.fromisoformat(row["created_at"]),
        champion_run_id=row["champion_run_id"],
    )
