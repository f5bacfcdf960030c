"""How implementations are chosen."""

from api.wiring import limits_of
from services.settings import Settings


def test_limits_of__takes_every_limit_from_the_settings() -> None:
    settings = Settings(
        api_depth_limit=3, api_alias_limit=4, api_token_limit=5, api_page_size_limit=60, api_page_size=7
    )
    limits = limits_of(settings)
    assert (limits.depth, limits.aliases, limits.tokens, limits.page) == (3, 4, 5, 60)
