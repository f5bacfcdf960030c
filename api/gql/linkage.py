"""The GraphQL type of linkage disequilibrium between two SNPs, seen from one of them."""

# mypy: disable-error-code="untyped-decorator, no-any-return"
# strawberry.field types its decorated form as Any, and a DataLoader gives whatever the node's kind builds.

from typing import TYPE_CHECKING, Annotated

import strawberry

from api.gql.batches import Row
from api.gql.codes import ErrorCode
from api.gql.context import Info
from api.gql.cursors import Position
from api.gql.errors import QueryError
from api.gql.listings import Listing, read_page
from api.gql.pages import Connection
from api.gql.provenance import ModelRun

if TYPE_CHECKING:
    from api.gql.variants import Snp

LazySnp = Annotated["Snp", strawberry.lazy("api.gql.variants")]
MinRSquared = Annotated[float, strawberry.argument(description="Keep r² of at least this; 0 keeps all.")]

_LISTING = Listing(
    "ld_partners_of_snps",
    lambda row: Position(row["edge"]["r_squared"], row["edge"]["edge_key"]),
    is_descending=True,
)


@strawberry.type(description="A SNP in linkage disequilibrium with this one in an LD panel.")
class LdPartner:
    """An IN_LD_WITH edge, read from one of its ends."""

    target: strawberry.Private[str]
    run_id: strawberry.Private[str]
    edge_key: strawberry.Private[str]
    r_squared: float = strawberry.field(description="Squared correlation of allele counts, not adjusted.")

    @strawberry.field(description="Identity of the pair: run and both SNPs.")
    def id(self) -> strawberry.ID:
        """Edge key."""
        return strawberry.ID(self.edge_key)

    @strawberry.field(description="The other SNP; null where it has no evidence in the current release.")
    async def snp(self, info: Info) -> LazySnp | None:
        """SNP, through its DataLoader."""
        return await info.context.load_node("SNP", self.target)

    @strawberry.field(description="The run that computed it; its scope is the LD panel.")
    async def run(self, info: Info) -> ModelRun | None:
        """Run, through its DataLoader."""
        return await info.context.load_node("ModelRun", self.run_id)


async def read_ld_partners(
    info: Info, key: str, *, min_r_squared: float, first: int, after: str | None
) -> Connection[LdPartner]:
    """A page of the SNPs in LD with one SNP, largest r² first.

    Raises
    ------
    QueryError
        ``BAD_ARGUMENT`` for an impossible r² or page size, or what the cursor deserves.
    """
    if not 0.0 <= min_r_squared <= 1.0:
        message = f"`minRSquared` must be 0 to 1, not {min_r_squared}"
        raise QueryError(ErrorCode.BAD_ARGUMENT, message, argument="minRSquared")
    return await read_page(info, _LISTING, key, build_ld_partner, first=first, after=after, min_r_squared=min_r_squared)


def build_ld_partner(row: Row) -> LdPartner:
    """A partner of a row with ``edge`` and ``target``."""
    edge = row["edge"]
    return LdPartner(
        target=row["target"], run_id=edge["run_id"], edge_key=edge["edge_key"], r_squared=edge["r_squared"]
    )
