"""All settings of the product: read once from the environment, then passed as arguments."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.redaction import hide_secret

DEFAULT_HOME = Path("~/.local/share/locusgraph")
ENVIRONMENT_PREFIX = "LOCUSGRAPH_"
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?|https?://\[[0-9a-f:]+\](:\d{1,5})?")


class SettingsError(Exception):
    """A setting has an impossible value."""


class Settings(BaseSettings):
    """Everything a person may set, each with its unit in the name.

    The four connection settings have the usual names ``NEO4J_URI``, ``NEO4J_USER``, ``NEO4J_PASSWORD`` and
    ``NEO4J_DATABASE``; every other field is read from ``LOCUSGRAPH_`` and the field's name in capitals.
    """

    model_config = SettingsConfigDict(
        env_prefix=ENVIRONMENT_PREFIX, frozen=True, populate_by_name=True, extra="ignore", hide_input_in_errors=True
    )

    home: Path = Field(
        DEFAULT_HOME, description="Folder for loaded tables, model runs, the journal and the managed local graph."
    )
    reference_build: Literal["GRCh37", "GRCh38"] = Field(
        "GRCh37", description="Reference genome build of a new store; an existing store keeps the one it was made with."
    )

    neo4j_uri: str | None = Field(
        None,
        validation_alias=AliasChoices("NEO4J_URI"),
        description="Bolt address of the Neo4j server; unset: the managed local one.",
    )
    neo4j_user: str = Field("neo4j", validation_alias=AliasChoices("NEO4J_USER"), description="User of that server.")
    neo4j_password: SecretStr | None = Field(
        None, validation_alias=AliasChoices("NEO4J_PASSWORD"), description="Password of that server."
    )
    neo4j_password_file: Path | None = Field(
        None,
        validation_alias=AliasChoices("NEO4J_PASSWORD_FILE"),
        description="File (mode 0600) that holds the password of that server, read when NEO4J_PASSWORD is unset.",
    )
    neo4j_database: str = Field(
        "neo4j", validation_alias=AliasChoices("NEO4J_DATABASE"), description="Database of that server."
    )
    neo4j_connect_timeout_seconds: float = Field(15.0, gt=0, description="Longest wait for a connection.")
    neo4j_retry_seconds: float = Field(
        45.0, ge=0, description="How long a failed transaction is tried again (a killed server needs 18 s to return)."
    )
    long_transaction_timeout_seconds: float = Field(
        3600.0, gt=0, description="Limit of one export or of one deletion in batches."
    )

    server_heap_mib: int = Field(2048, ge=256, description="Largest Java heap of the managed server.")
    server_initial_heap_mib: int = Field(512, ge=64, description="First Java heap of the managed server.")
    server_page_cache_mib: int = Field(512, ge=16, description="Page cache of the managed server.")
    server_transaction_memory_mib: int = Field(512, ge=64, description="Memory one transaction may take.")
    server_total_transaction_memory_mib: int = Field(1024, ge=64, description="Memory all transactions may take.")
    server_transaction_timeout_seconds: int = Field(60, ge=1, description="Limit of an ordinary transaction.")
    server_port: int = Field(0, ge=0, le=65535, description="Bolt port of the managed server; 0: any free one.")
    server_start_timeout_seconds: float = Field(120.0, gt=0, description="Longest wait for the managed server.")
    server_idle_stop_minutes: float = Field(
        480.0, ge=0, description="The managed server stops itself after so long without a client; 0: never."
    )
    server_stops_with_starter: bool = Field(
        False, description="The managed server ends together with the process that started it (tests want this)."
    )
    server_minimum_free_mib: int = Field(
        1024, ge=0, description="The managed server is not started with less free disk than this."
    )
    jar_cache: Path | None = Field(
        None, description="Folder of checked server jars, may be shared by several homes; unset: HOME/cache/jars."
    )
    jar_mirror: str | None = Field(
        None, description="Address of a Maven repository to fetch the server's jars from; unset: Maven's central one."
    )
    importer_heap_mib: int = Field(1024, ge=256, description="Java heap of Neo4j's importer (first load at size).")
    importer_off_heap_mib: int = Field(1024, ge=64, description="Memory of that importer outside its heap.")
    jar_download_threads: int = Field(8, ge=1, le=32, description="Jars fetched at once.")

    refused_share_limit: float = Field(
        0.5, ge=0, le=1, description="A load with a larger share of refused rows fails and writes nothing."
    )
    node_batch_rows: int = Field(10_000, ge=1, description="Nodes written in one transaction.")
    edge_batch_rows: int = Field(2_000, ge=1, description="Edges written in one transaction.")
    delete_batch_rows: int = Field(10_000, ge=1, description="Edges deleted in one transaction.")
    export_fetch_rows: int = Field(50_000, ge=1, description="Rows fetched at once when the graph is exported.")

    kept_releases: int = Field(
        1,
        ge=1,
        description="Newest releases whose measured edges stay loaded, so that GraphQL can read them with @asOf; "
        "1: the current one alone. Every load, training and analysis makes a release.",
    )

    training_mqtl_p_threshold: float = Field(
        1e-8, gt=0, le=1, description="mQTL edges with a smaller p enter the model's snapshot."
    )
    training_eqtl_p_threshold: float = Field(
        5e-8, gt=0, le=1, description="eQTL edges with a smaller p enter the model's snapshot."
    )
    training_cluster_share_limit: float = Field(
        0.05, gt=0, le=1, description="Share of all molecules above which a molecule cluster is cut."
    )
    training_checkpoint_seconds: float = Field(20.0, ge=0, description="Shortest time between two checkpoints.")
    pinsage: dict[str, float | int | bool | str] = Field(
        default_factory=dict, description="JSON of model settings that differ from their defaults, by name."
    )
    prediction_top_loci: int = Field(10, ge=1, description="Predicted loci written for one molecule or trait.")
    prediction_minimum_known_loci: int = Field(
        2, ge=1, description="Loci a molecule or trait must have before any is predicted for it."
    )
    prediction_query_snps: int = Field(5, ge=1, description="Query SNPs named on one predicted edge, best first.")
    prediction_runs_kept: int = Field(
        2, ge=1, description="Champions whose predicted edges stay in the graph, the present one among them."
    )
    champion_margin: float = Field(
        0.005,
        ge=0,
        le=1,
        description="A new run becomes champion when its hit@50 is surely not worse by more than this.",
    )
    gate_minimum_snp_share: float = Field(
        0.05,
        ge=0,
        le=1,
        description="A new run becomes champion only when so many of the SNPs with training edges have a vector.",
    )
    gate_minimum_molecule_share: float = Field(
        0.01,
        ge=0,
        le=1,
        description="A new run becomes champion only when so many of the CpGs and genes get a predicted edge.",
    )
    gate_minimum_predictions: int = Field(
        1, ge=0, description="A new run becomes champion only with so many predicted edges."
    )
    gate_calibration_error_limit: float = Field(
        2.0,
        gt=0,
        description="A new run is kept out when its expected calibration error surely is larger than so many times the "
        "share of hidden pairs among its best-ranked ones.",
    )
    prediction_edge_limit: int = Field(500_000, ge=1, description="Predicted edges written by one run at most.")
    trait_p_threshold: float = Field(
        5e-8, gt=0, le=1, description="p of the SNPs that stand for a trait as its query (genome-wide significance)."
    )
    trait_exclusion_bp: int = Field(
        1_000_000, ge=0, description="Loci closer than this to a significant SNP of the trait are not new."
    )

    statistics_processes: int = Field(
        0, ge=0, description="Processes that compute LD scores, one chromosome each; 0: one a processor core."
    )
    lmm_snp_trait_limit: int = Field(
        20, ge=0, description="Traits whose newest scan of people leaves its results on SNP nodes; 0: none."
    )

    api_host: str = Field("127.0.0.1", description="Address the web server listens on.")
    api_port: int = Field(8000, ge=0, le=65535, description="Port the web server listens on.")
    api_retry_seconds: float = Field(2.0, ge=0, description="How long the web server tries a failed read again.")
    api_page_size: int = Field(25, ge=1, description="Entries of a page when the caller names no size.")
    api_page_size_limit: int = Field(500, ge=1, description="Largest page a caller may ask for.")
    api_depth_limit: int = Field(12, ge=1, description="Deepest nesting of a GraphQL query.")
    api_alias_limit: int = Field(30, ge=1, description="Most aliases in one GraphQL query.")
    api_token_limit: int = Field(2_000, ge=1, description="Most tokens in one GraphQL query.")
    api_price_limit: int = Field(
        100_000, ge=1, description="Highest price of one GraphQL query: its fields times their page sizes."
    )
    api_answers_mib: int = Field(
        64, ge=0, description="Memory for answers of GraphQL that are given again to the same question; 0: none."
    )
    api_answers_seconds: float = Field(
        60.0, ge=0, description="How long an answer is given again within one release; a switch of it ends all."
    )
    api_queries_folder: Path | None = Field(
        None, description="Folder of registered queries (*.graphql), asked by sha256 or file name; unset: none."
    )
    api_only_registered_queries: bool = Field(
        False, description="GraphQL queries that are not in that folder are refused."
    )
    api_persisted_queries: int = Field(
        1_000, ge=1, description="Query texts kept in memory so that callers may send their hash alone."
    )
    api_graphiql_folder: Path | None = Field(
        None, description="Folder of GraphiQL's files, installed by `make graphiql`; unset: HOME/graphiql."
    )
    api_column_row_limit: int = Field(
        200_000, ge=1, description="Most rows of one answer of /columns; a matrix counts its cells."
    )
    api_timeout_seconds: float = Field(
        30.0, gt=0, description="Longest time of one request; what it asks of the graph is stopped then."
    )

    cypher_over_http: bool = Field(False, description="Whether POST /cypher answers analysts' queries.")
    cypher_timeout_seconds: float = Field(30.0, gt=0, description="When an analyst's query is stopped.")
    cypher_grace_seconds: float = Field(
        20.0, gt=0, description="How long after that the server may stay silent before the managed one is restarted."
    )
    cypher_wait_seconds: float = Field(
        20.0, ge=0, description="How long an analyst's query waits for a load or a write-back to end."
    )
    cypher_row_limit: int = Field(100_000, ge=1, description="Most rows of an answer to an analyst.")
    cypher_byte_limit: int = Field(64_000_000, ge=1_000, description="Most bytes of an answer to an analyst.")
    cypher_at_once: int = Field(2, ge=1, description="Analysts' queries that one process runs at once.")

    schedule_cron: str | None = Field(
        None,
        description="When `locusgraph schedule` trains again: minute, hour, day, month, weekday; unset: never by time.",
    )
    schedule_timezone: str = Field("UTC", description="Time zone of that expression, such as Europe/Berlin.")
    schedule_inbox: Path | None = Field(
        None, description="Folder that `locusgraph schedule` watches for manifests; unset: none."
    )
    schedule_reports: Path | None = Field(
        None, description="Folder of the scheduler's reports; unset: the folder reports of the state folder."
    )
    schedule_poll_seconds: float = Field(10.0, gt=0, description="Time between two looks at the inbox and the clock.")
    schedule_settle_seconds: float = Field(
        10.0, ge=0, description="A manifest and the files it names must stand still for so long before it is loaded."
    )
    schedule_missing_file_seconds: float = Field(
        600.0, ge=0, description="How long a manifest in the inbox may wait for a file that it names."
    )
    schedule_lease_seconds: float = Field(
        120.0, gt=0, description="After so long without a sign of life another scheduler takes over."
    )
    schedule_attempts: int = Field(5, ge=1, description="Errors after which a load or a training is given up.")
    schedule_deaths: int = Field(
        20, ge=1, description="Deaths of the process at work (kills, no memory) after which it is given up likewise."
    )
    schedule_runs_kept: int = Field(
        0, ge=0, description="Newest model runs whose files the scheduler keeps; 0: all. The last two champions stay."
    )

    api_requires_token: bool = Field(
        False, description="The web server asks for a token on loopback too, as it should behind a reverse proxy."
    )
    api_loopback_role: Literal["reader", "analyst"] = Field(
        "reader", description="What a caller on loopback may ask for without a token; analyst adds Cypher."
    )
    api_hosts: tuple[str, ...] = Field(
        (), description="JSON list of further names, without port, by which the web server may be called."
    )
    api_origins: tuple[str, ...] = Field(
        (), description="JSON list of exact origins, such as https://portal.example, whose pages may ask (CORS)."
    )
    api_requests_per_second: float = Field(
        400.0, ge=0, description="Requests a second of one token, or of one address without; 0: no limit."
    )
    api_requests_burst: int = Field(800, ge=1, description="Requests that may come at once after a rest.")
    api_price_per_second: float = Field(
        200_000.0, ge=0, description="Price of queries (x-query-price) a second of one token or address; 0: no limit."
    )
    api_price_burst: int = Field(2_000_000, ge=1, description="Price that may be spent at once after a rest.")
    api_body_limit_bytes: int = Field(2_000_000, ge=1_000, description="Largest body of any request.")
    api_body_seconds: float = Field(20.0, gt=0, description="Longest time that a request's body may take to come.")
    api_header_seconds: float = Field(10.0, gt=0, description="Longest time that a request's headers may take.")
    api_connection_limit: int = Field(500, ge=1, description="Connections at once; further ones are told 503.")
    api_drain_seconds: float = Field(
        2.0, ge=0, description="After SIGTERM /health/ready says 503 for so long before the server stops listening."
    )
    api_shutdown_seconds: int = Field(
        10, ge=0, description="How long running requests may go on once the server has stopped listening."
    )
    api_minimum_free_mib: int = Field(
        256, ge=0, description="/health/ready says that the home folder's disk is full below this."
    )
    api_ready_parts: tuple[Literal["store", "model", "disk"], ...] = Field(
        ("store", "model", "disk"),
        description="JSON list of the parts that /health/ready needs for 200; the others are only told.",
    )
    audit_file_mib: int = Field(16, ge=1, description="Size at which the audit log begins a new file.")
    audit_files_kept: int = Field(50, ge=1, description="Full files of the audit log that are kept, the newest.")

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("WARNING", description="Lowest level logged.")
    log_format: Literal["human", "json"] = Field("human", description="Form of a log line on standard error.")

    @field_validator(
        "home",
        "jar_cache",
        "neo4j_password_file",
        "api_queries_folder",
        "api_graphiql_folder",
        "schedule_inbox",
        "schedule_reports",
    )
    @classmethod
    def _expand_home(cls, value: Path | None) -> Path | None:
        return None if value is None else value.expanduser().absolute()

    @field_validator(
        "neo4j_uri",
        "jar_mirror",
        "neo4j_password",
        "neo4j_password_file",
        "jar_cache",
        "schedule_cron",
        "schedule_inbox",
        "schedule_reports",
        mode="before",
    )
    @classmethod
    def _treat_empty_as_unset(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("api_origins")
    @classmethod
    def _check_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin!r} is no exact origin such as https://portal.example or http://host:8080")
        return value

    @model_validator(mode="after")
    def _hide_password(self) -> Self:
        if self.neo4j_password is not None:
            hide_secret(self.neo4j_password.get_secret_value())
        return self

    @model_validator(mode="after")
    def _check_limits(self) -> Self:
        if self.api_page_size > self.api_page_size_limit:
            raise ValueError(
                f"api_page_size {self.api_page_size} is larger than api_page_size_limit {self.api_page_size_limit}"
            )
        if self.api_only_registered_queries and self.api_queries_folder is None:
            raise ValueError("api_only_registered_queries wants api_queries_folder: name the folder, or leave it out")
        return self

    @property
    def graph_folder(self) -> Path:
        """Folder of the managed local Neo4j."""
        return self.home / "graph"

    @property
    def jar_cache_folder(self) -> Path:
        """Folder of the checked server jars."""
        return self.jar_cache or self.home / "cache" / "jars"

    @property
    def graphiql_folder(self) -> Path:
        """Folder of GraphiQL's files."""
        return self.api_graphiql_folder or self.home / "graphiql"

    @property
    def is_managed(self) -> bool:
        """Whether the store is the managed local server."""
        return self.neo4j_uri is None

    def read_password(self) -> SecretStr:
        """Password of the server named by ``neo4j_uri``.

        Raises
        ------
        SettingsError
            When there is none, or when its file can be read by others.
        """
        if self.neo4j_password is not None:
            return self.neo4j_password
        if self.neo4j_password_file is None:
            raise SettingsError(
                f"a password is needed for {self.neo4j_uri}: set NEO4J_PASSWORD, or NEO4J_PASSWORD_FILE to a 0600 file"
            )
        return read_secret_file(self.neo4j_password_file)


@dataclass(frozen=True)
class SettingRow:
    """One line of ``docs/settings.md``."""

    name: str
    environment_variable: str
    type: str
    default: str
    description: str


def default_home() -> Path:
    """The state folder where no setting names another."""
    return DEFAULT_HOME.expanduser().absolute()


def read_settings(**overrides: Any) -> Settings:
    """Read the settings from the environment; named values win over it.

    Raises
    ------
    SettingsError
        For an impossible value, naming the variable and what was wanted (never a secret's value).
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        problems = "; ".join(_render_problem(problem) for problem in error.errors(include_input=True))
        raise SettingsError(f"a setting has an impossible value: {problems}") from None


def read_secret_file(path: Path) -> SecretStr:
    """Read a password from a file that only its owner may read.

    Raises
    ------
    SettingsError
        When the file is missing, empty, or can be read by others.
    """
    try:
        mode = path.stat().st_mode & 0o777
        secret = path.read_text().strip()
    except OSError as error:
        raise SettingsError(f"the password file {path} cannot be read ({error.strerror}): check its path") from error
    if mode & 0o077:
        raise SettingsError(f"the password file {path} has mode {mode:04o}, so others may read it: chmod 600 {path}")
    if not secret:
        raise SettingsError(f"the password file {path} is empty: write the password into it")
    hide_secret(secret)
    return SecretStr(secret)


def describe_settings() -> tuple[SettingRow, ...]:
    """Describe every setting, in the order of their definition."""
    return tuple(
        SettingRow(
            name=name,
            environment_variable=environment_variable(name),
            type=_render_type(field.annotation),
            default="" if field.default is None else str(field.default),
            description=field.description or "",
        )
        for name, field in Settings.model_fields.items()
    )


def environment_variable(name: str) -> str:
    """Name of the environment variable that sets the field called `name`."""
    alias = Settings.model_fields[name].validation_alias
    if isinstance(alias, AliasChoices):
        return str(alias.choices[0])
    return f"{ENVIRONMENT_PREFIX}{name.upper()}"


def _render_type(annotation: object) -> str:
    text = annotation.__name__ if isinstance(annotation, type) else str(annotation)
    for prefix in ("typing.", "pathlib._local.", "pathlib.", "pydantic.types."):
        text = text.replace(prefix, "")
    return text.replace(" | None", "").replace("SecretStr", "secret")


def _render_problem(problem: Any) -> str:
    place = str(problem["loc"][0]) if problem["loc"] else ""
    name = environment_variable(place) if place in Settings.model_fields else place
    value = "" if "PASSWORD" in name or not place else f" is {problem['input']!r}"
    return f"{name}{value}: {problem['msg']}".lstrip(": ")
