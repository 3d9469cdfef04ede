"""The settings of the service: environment variables named ``TOBEN_…``, read once at start.

Nested sections use a double underscore: ``TOBEN_HTTP__MAX_BODY_BYTES``. Unknown keys are refused, and
because an unknown variable of the environment would otherwise go unnoticed, `refuse_unknown` compares
the names that begin with ``TOBEN_`` with the fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from corpus.errors import ConfigurationError
from rag.compose.remote import LlmSettings

PREFIX = "TOBEN_"
OUTSIDE = frozenset({"TOBEN_SHARED"})
"""Variables of the test-suite, not of the service."""


class HttpSettings(BaseModel):
    """Limits of the HTTP door."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_body_bytes: int = Field(default=4 * 1024 * 1024, gt=0, description="largest request body, in bytes")
    max_upload_bytes: int = Field(
        default=200 * 1024 * 1024, gt=0, description="largest request that hands in a file, in bytes"
    )
    questions_per_minute: int = Field(
        default=60,
        ge=0,
        description="questions one person (or one address without identity) may ask a minute",
    )
    questions_per_day: int = Field(default=2000, ge=0, description="the same for a day; 0 means no limit")
    workers: int = Field(default=4, gt=0, description="questions worked on at the same time")
    waiting: int = Field(
        default=64, ge=0, description="questions that may wait for their turn; more are refused"
    )


class OidcSettings(BaseModel):
    """OpenID Connect: login to the page, and bearer tokens for programs. Off while `issuer` is empty."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: str = Field(
        default="", pattern=r"^(https?://\S+)?$", description="address of the provider, as in its tokens"
    )
    client_id: str = Field(default="", description="the name of this service at the provider")
    client_secret: SecretStr | None = Field(
        default=None, description="its secret; unset for a public client, which PKCE protects alone"
    )
    audience: str = Field(default="", description="`aud` of tokens sent to the API; unset: the client_id")
    scope: str = Field(default="openid profile", description="what to ask the provider for")
    user_claim: str = Field(
        default="sub", description="claim that names the person; never one people can edit"
    )
    groups_claim: str = Field(
        default="groups", description="claim that lists groups; see `claims` of the principals file"
    )
    session_secret: SecretStr | None = Field(
        default=None, description="signs the session cookie; 32 characters or more"
    )
    session_hours: int = Field(default=9, gt=0, le=24, description="how long a login lasts, in hours")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.issuer and not self.client_id:
            raise ValueError("oidc.client_id is missing")
        secret = self.session_secret.get_secret_value() if self.session_secret else ""
        if self.issuer and len(secret) < 32:
            raise ValueError("oidc.session_secret needs 32 characters or more")
        return self


class DisclosureSettings(BaseModel):
    """Who decides on labels, and who may use the service."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    approvers: tuple[str, ...] = Field(
        default=("情報公開担当",),
        description="groups whose members may propose and approve labels for every department, a JSON list",
    )
    require_training: bool = Field(
        default=False, description="refuse staff without `training_completed_on` in the principals file"
    )
    label_log: Path | None = Field(
        default=None,
        description="file of label events, best on another disk; unset: `labels.log` in the data folder",
    )


class AuditSettings(BaseModel):
    """The audit log."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    questions: Literal["text", "hash"] = Field(
        default="text", description="keep the words of questions, or a keyed hash of them"
    )


class HistorySettings(BaseModel):
    """Conversations kept for the people who asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    days: int = Field(
        default=90,
        ge=0,
        le=3650,
        description="how long a person's conversations are kept after the last question, in days; 0 keeps none",
    )


class UnansweredSettings(BaseModel):
    """Questions that found no answer, kept for operators."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    days: int | None = Field(
        default=None,
        ge=0,
        le=3650,
        description="how long the words of questions without answer are kept for operators, in days; 0 keeps none; "
        "unset: 90 where the audit log keeps the words of questions, else 0",
    )


class AlertSettings(BaseModel):
    """When auditors are told that somebody asks in an unusual way; 0 switches an alert off."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    refused_ids: int = Field(
        default=3,
        ge=0,
        description="different ids one person asks for and does not get, within the minutes below",
    )
    refused_minutes: int = Field(default=10, gt=0, le=1440, description="the time for them, in minutes")
    closed_passages: int = Field(
        default=500,
        ge=0,
        description="different passages, closed to other departments, that one person is shown in 24 hours",
    )
    names: int = Field(
        default=50,
        ge=0,
        description="different names of people one person asks about, more than which within the minutes below are told",
    )
    names_minutes: int = Field(default=10, gt=0, le=1440, description="the time for the names, in minutes")
    auditors: tuple[str, ...] = Field(
        default=("監査担当",), description="groups whose members see the alerts, a JSON list"
    )


class TelemetrySettings(BaseModel):
    """OpenTelemetry traces; needs the extra `otel`. Off while `endpoint` is empty."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    endpoint: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        description="where traces are sent (OTLP over HTTP), such as http://127.0.0.1:4318/v1/traces",
    )
    ratio: float = Field(default=1.0, ge=0, le=1, description="share of the requests that are traced")


class EmbeddingSettings(BaseModel):
    """The embedding model."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = Field(
        default="default",
        description="`default` (multilingual-e5-small, carried along) or a sentence-transformers name or folder",
    )
    backend: Literal["onnx", "sentence-transformers"] = Field(
        default="onnx", description="ONNX Runtime int8, or sentence-transformers on torch"
    )
    threads: int | None = Field(default=None, gt=0, description="threads of the model; unset: one a core")


class Settings(BaseSettings):
    """Everything that can be set. Frozen; sections are passed down, never read globally."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", frozen=True, extra="forbid", env_file=None
    )

    data_dir: Path = Field(default=Path("var"), description="where the store is kept")
    principals_file: Path | None = Field(
        default=None, description="YAML file of the people and programs that may ask"
    )
    user_header: bool = Field(
        default=False,
        description="accept X-Toben-User from this very machine and show the switch of users in the page",
    )
    public_url: str = Field(
        default="",
        pattern=r"^(https?://[^\s/]+(/[^\s]*)?)?$",
        description="address put before links in citations",
    )
    database_url: str = Field(
        default="", description="SQLAlchemy URL of the catalogue; unset: SQLite in the data folder"
    )
    embedding: EmbeddingSettings = Field(default_factory=EmbeddingSettings, description="the embedding model")
    examples: tuple[str, ...] = Field(
        default=(),
        max_length=10,
        description="questions offered on the empty page, a JSON list; everybody sees them",
    )
    timezone: str = Field(
        default="Asia/Tokyo", description="time of the office: rights change at its midnight"
    )
    disclosure: DisclosureSettings = Field(
        default_factory=DisclosureSettings, description="who decides on labels, and who may use the service"
    )
    audit: AuditSettings = Field(default_factory=AuditSettings, description="the audit log")
    history: HistorySettings = Field(
        default_factory=HistorySettings, description="conversations kept for the people who asked"
    )
    unanswered: UnansweredSettings = Field(
        default_factory=UnansweredSettings, description="questions that found no answer"
    )
    alerts: AlertSettings = Field(default_factory=AlertSettings, description="alerts to auditors")
    telemetry: TelemetrySettings = Field(
        default_factory=TelemetrySettings, description="OpenTelemetry traces"
    )
    oidc: OidcSettings = Field(default_factory=OidcSettings, description="OpenID Connect")
    llm: LlmSettings = Field(
        default_factory=LlmSettings, description="the language model that puts answers into words"
    )
    http: HttpSettings = Field(default_factory=HttpSettings, description="limits of the HTTP door")

    @property
    def unanswered_days(self) -> int:
        """How long the words of unanswered questions are kept, in days; 0 keeps none."""
        if self.unanswered.days is not None:
            return self.unanswered.days
        return 90 if self.audit.questions == "text" else 0


def refuse_unknown(environ: Mapping[str, str]) -> None:
    """Refuse variables that look like a setting and are none.

    Raises:
        ConfigurationError: a name begins with ``TOBEN_`` but no field has it.
    """
    known = _names(Settings, PREFIX)
    for name in sorted(environ):
        upper = name.upper()
        if upper.startswith(PREFIX) and upper not in known | OUTSIDE:
            raise ConfigurationError(f"{name} is not a setting; known are: {', '.join(sorted(known))}")


def _names(model: type[BaseModel], prefix: str) -> frozenset[str]:
    """The names of the variables that set the fields of `model`, sections included.

    >>> sorted(_names(HttpSettings, "TOBEN_HTTP__"))[0]
    'TOBEN_HTTP__MAX_BODY_BYTES'
    """
    names: set[str] = set()
    for field_name, info in model.model_fields.items():
        name = f"{prefix}{field_name.upper()}"
        names.add(name)
        section = info.annotation
        if isinstance(section, type) and issubclass(section, BaseModel):
            names |= _names(section, f"{name}__")
    return frozenset(names)


def table() -> str:
    """The settings as a Markdown table, as the READMEs show it."""
    rows = ["| setting | default | meaning |", "| --- | --- | --- |"]
    return "\n".join([*rows, *_rows(Settings, PREFIX)])


def _rows(model: type[BaseModel], prefix: str) -> list[str]:
    rows: list[str] = []
    for field_name, info in model.model_fields.items():
        name = f"{prefix}{field_name.upper()}"
        section = info.annotation
        if isinstance(section, type) and issubclass(section, BaseModel):
            rows += _rows(section, f"{name}__")
            continue
        default = "" if info.default is None else str(info.default)
        rows.append(f"| `{name}` | {f'`{default}`' if default else ''} | {info.description} |")
    return rows
