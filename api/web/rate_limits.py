"""How much one token, or one address without a token, may ask for: requests a second, and price of queries a second.

Two buckets that fill up again with time. A request takes one from the first at its beginning; its price is known only
when it was measured, so it is taken from the second afterwards, which may leave a debt: the next request then waits.
"""

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.gql.codes import ErrorCode
from api.web.access_rules import rule_of
from api.web.refusals import refusal
from services.settings import Settings

PRICE_HEADER: Final = "x-query-price"
BUCKETS_KEPT: Final = 10_000
"""Callers remembered; with more of them the one who asked longest ago is forgotten, who then begins anew."""


@dataclass(slots=True)
class Bucket:
    """What one caller has left.

    Attributes
    ----------
    requests, price
        Left in each bucket; the price may be a debt.
    updated
        Seconds of the clock when both were last filled up.
    """

    requests: float
    price: float
    updated: float


class RateBook:
    """The buckets of all callers of this process, at most `size` of them.

    Parameters
    ----------
    settings
        Rates and bursts.
    clock
        Seconds that never go back.
    size
        Callers remembered.
    """

    def __init__(
        self, settings: Settings, *, clock: Callable[[], float] = time.monotonic, size: int = BUCKETS_KEPT
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._size = size
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def begin(self, caller: str) -> float:
        """Take one request; 0 when it may go on, else the seconds to wait, and nothing is taken."""
        chosen, bucket = self._settings, self._filled(caller)
        wait = 0.0
        if chosen.api_requests_per_second and bucket.requests < 1:
            wait = (1 - bucket.requests) / chosen.api_requests_per_second
        if chosen.api_price_per_second and bucket.price <= 0:
            wait = max(wait, (1 - bucket.price) / chosen.api_price_per_second)
        if wait == 0:
            bucket.requests -= 1
        return wait

    def charge(self, caller: str, price: float) -> None:
        """Take the price of a query that was answered."""
        self._filled(caller).price -= price

    def _filled(self, caller: str) -> Bucket:
        """The caller's bucket with what has come in since it was last looked at."""
        chosen, now = self._settings, self._clock()
        bucket = self._buckets.get(caller)
        if bucket is None:
            bucket = self._buckets[caller] = Bucket(chosen.api_requests_burst, chosen.api_price_burst, now)
        self._buckets.move_to_end(caller)
        while len(self._buckets) > self._size:
            self._buckets.popitem(last=False)
        passed = max(0.0, now - bucket.updated)
        bucket.requests = min(chosen.api_requests_burst, bucket.requests + passed * chosen.api_requests_per_second)
        bucket.price = min(chosen.api_price_burst, bucket.price + passed * chosen.api_price_per_second)
        bucket.updated = now
        return bucket


class RateLimits:
    """ASGI middleware that answers 429 with Retry-After to who asks too much; health is never refused.

    Parameters
    ----------
    app
        What answers.
    settings
        Rates and bursts.
    """

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self.app = app
        self._tokens = RateBook(settings)
        self._addresses = RateBook(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] != "http" or rule_of(scope["path"])[1].role is None:
            await self.app(scope, receive, send)
            return
        book, caller = self._caller(scope)
        wait = book.begin(caller)
        if wait > 0:
            await _refuse(scope, wait)(scope, receive, send)
            return

        async def send_charged(message: Message) -> None:
            if message["type"] == "http.response.start":
                price = Headers(raw=message["headers"]).get(PRICE_HEADER, "0")
                book.charge(caller, float(price) if price.isdecimal() else 0.0)
            await send(message)

        await self.app(scope, receive, send_charged)

    def _caller(self, scope: Scope) -> tuple[RateBook, str]:
        token_id = scope["state"]["principal"].token_id
        return (self._tokens, token_id) if token_id is not None else (self._addresses, network_of(scope.get("client")))


def network_of(client: tuple[str, int] | None) -> str:
    """Who shares a bucket without a token: an IPv4 address, or the /64 that one owner of IPv6 has to himself."""
    if client is None:
        return "unknown"
    try:
        address = ipaddress.ip_address(client[0])
    except ValueError:
        return "unknown"
    if address.version == 6 and not address.is_loopback:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _refuse(scope: Scope, wait: float) -> Response:
    seconds = max(1, math.ceil(wait))
    message = (
        f"too many requests, or too costly ones: ask again in {seconds:,} s (LOCUSGRAPH_API_REQUESTS_PER_SECOND and "
        "LOCUSGRAPH_API_PRICE_PER_SECOND are the limits)"
    )
    return refusal(scope, 429, ErrorCode.RATE_LIMITED, message, {"retry-after": str(seconds)})
