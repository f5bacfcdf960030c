"""Settings from the environment, their errors and their description."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from services.settings import (
    Settings,
    SettingsError,
    describe_settings,
    environment_variable,
    read_secret_file,
    read_settings,
)


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for row in describe_settings():
        monkeypatch.delenv(row.environment_variable, raising=False)


def test_read_settings__defaults() -> None:
    settings = read_settings()
    assert settings.home == Path("~/.local/share/locusgraph").expanduser()
    assert settings.is_managed
    assert settings.jar_cache_folder == settings.home / "cache" / "jars"
    assert (settings.api_host, settings.api_port) == ("127.0.0.1", 8000)


def test_read_settings__from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "NEO4J_URI": "bolt://somewhere:7687",
        "NEO4J_USER": "ada",
        "NEO4J_PASSWORD": "hidden",
        "NEO4J_DATABASE": "graph",
        "LOCUSGRAPH_HOME": "~/elsewhere",
        "LOCUSGRAPH_REFUSED_SHARE_LIMIT": "0.1",
    }.items():
        monkeypatch.setenv(name, value)
    settings = read_settings()
    assert (settings.neo4j_uri, settings.neo4j_user, settings.neo4j_database) == (
        "bolt://somewhere:7687",
        "ada",
        "graph",
    )
    assert settings.read_password() == SecretStr("hidden")
    assert settings.home == Path("~/elsewhere").expanduser()
    assert settings.refused_share_limit == 0.1
    assert not settings.is_managed


def test_read_settings__named_values_win(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LOCUSGRAPH_HOME", "/elsewhere")
    assert read_settings(home=tmp_path).home == tmp_path


def test_read_settings__an_empty_variable_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_URI", "")
    assert read_settings().is_managed


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("LOCUSGRAPH_REFUSED_SHARE_LIMIT", "2", "LOCUSGRAPH_REFUSED_SHARE_LIMIT is '2': .*less than or equal to 1"),
        ("LOCUSGRAPH_API_PORT", "http", "LOCUSGRAPH_API_PORT is 'http': .*integer"),
        ("LOCUSGRAPH_REFERENCE_BUILD", "hg19", "LOCUSGRAPH_REFERENCE_BUILD is 'hg19': .*GRCh37"),
        ("LOCUSGRAPH_API_PAGE_SIZE", "900", "api_page_size 900 is larger than api_page_size_limit 500"),
    ],
)
def test_read_settings__impossible_value(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, message: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=message):
        read_settings()


def test_read_settings__an_error_never_shows_a_password() -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings(neo4j_password=["topsecret"], api_port="x")
    assert "topsecret" not in str(caught.value)


def test_settings__repr_hides_the_password() -> None:
    assert "topsecret" not in repr(Settings(neo4j_uri="bolt://x", neo4j_password=SecretStr("topsecret")))


def test_read_password__from_a_private_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("hidden\n")
    file.chmod(0o600)
    settings = Settings(neo4j_uri="bolt://x", neo4j_password_file=file)
    assert settings.read_password() == SecretStr("hidden")


def test_read_password__missing() -> None:
    with pytest.raises(SettingsError, match="a password is needed for bolt://x: set NEO4J_PASSWORD"):
        Settings(neo4j_uri="bolt://x", neo4j_password=None).read_password()


@pytest.mark.parametrize(
    ("content", "mode", "message"),
    [
        (None, 0o600, "cannot be read .No such file"),
        ("hidden", 0o640, "mode 0640, so others may read it: chmod 600"),
        ("\n", 0o600, "is empty"),
    ],
)
def test_read_secret_file__refused(tmp_path: Path, content: str | None, mode: int, message: str) -> None:
    file = tmp_path / "password"
    if content is not None:
        file.write_text(content)
        file.chmod(mode)
    with pytest.raises(SettingsError, match=message):
        read_secret_file(file)


def test_describe_settings__covers_every_field_with_words() -> None:
    rows = describe_settings()
    assert [row.name for row in rows] == list(Settings.model_fields)
    assert all(row.description.endswith(".") for row in rows)
    assert not [row for row in rows if "typing" in row.type or "<" in row.type]


def test_environment_variable__of_both_families() -> None:
    assert environment_variable("neo4j_uri") == "NEO4J_URI"
    assert environment_variable("api_port") == "LOCUSGRAPH_API_PORT"
