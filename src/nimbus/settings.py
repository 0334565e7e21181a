"""Every setting an operator can make, from `NIMBUS_*` in the environment (docs/operating.md)."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Network = IPv4Network | IPv6Network


def _networks(given: object) -> object:
    """Addresses and networks with commas or blanks between them. Raises ValueError."""
    if not isinstance(given, str):
        return given
    return tuple(ip_network(one, strict=False) for one in given.replace(",", " ").split())


def _seconds(given: object) -> object:
    """Numbers with commas or blanks between them. Raises ValueError."""
    if not isinstance(given, str):
        return given
    return tuple(float(one) for one in given.replace(",", " ").split())


class Settings(BaseSettings):
    """Read once at start; the defaults suit one machine with the embedded database."""

    # What is wrong with a setting is told without its value, which may be a password.
    model_config = SettingsConfigDict(
        env_prefix="NIMBUS_", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    data: Path = Field(Path("data"), description="Folder of the database, files and secrets.")
    database_url: SecretStr | None = Field(
        None, description="Your own PostgreSQL 18 server instead of the embedded one."
    )
    files: Path | None = Field(
        None, description="Folder of uploaded and produced files; DATA/files when not given."
    )
    secret: SecretStr | None = Field(
        None, description="Master secret, at least 32 characters; DATA/secrets when not given."
    )
    secure_cookies: bool = Field(
        False, description="Send session cookies over HTTPS only; set it behind TLS."
    )
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_networks)] = Field(
        (),
        description="Addresses and networks of proxies in front, which may say who called them.",
    )
    session_days: int = Field(14, ge=1, le=365, description="Days until a login must be renewed.")
    login_attempts: int = Field(
        10, ge=1, description="Failed logins per address and e-mail in 15 minutes before a pause."
    )
    pool_size: int = Field(16, ge=2, description="Database connections per process.")
    web_threads: int = Field(16, ge=1, description="Requests one web process works on at once.")
    upload_max_bytes: int = Field(500_000_000, ge=1, description="Largest upload (S1-04).")
    body_max_bytes: int = Field(
        32_000_000, ge=1, description="Largest body that is no upload, such as JSON."
    )
    import_max_rows: int = Field(500_000, ge=1, description="Most rows of one import (S1-64).")
    imports_at_once: int = Field(
        2, ge=1, description="Imports of one workspace that run at once; further ones wait."
    )
    contacts_soft_limit: int = Field(
        1_000_000, ge=1, description="Contacts of a workspace above which a warning shows (S0-80)."
    )
    contacts_hard_limit: int | None = Field(
        None, ge=1, description="Contacts of a workspace above which new rows are refused (S0-80)."
    )
    custom_fields_limit: int = Field(50, ge=0, description="Custom fields per workspace (S0-43).")
    assignment_days: int = Field(90, ge=1, description="Days a claim lasts by default (D-25).")
    share_registry_totals: bool = Field(
        True, description="Show platform-wide totals of an email on contact pages (D-16)."
    )
    registry_asks: int = Field(
        300, ge=1, description="Look-ups of others a workspace has per hour (D-15)."
    )
    reads_per_second: int = Field(
        100, ge=0, description="Reads of the API that a credential may go on with; 0: no limit."
    )
    writes_per_second: int = Field(
        25, ge=0, description="Writes of the API that a credential may go on with; 0: no limit."
    )
    burst_seconds: int = Field(
        600, ge=1, description="Seconds whose reads and writes may be saved up and made at once."
    )
    query_seconds: float = Field(
        10, gt=0, description="Seconds that one list, search or count may take (G-26)."
    )
    webhooks_allow_http: bool = Field(
        False, description="Let webhooks go to http:// addresses; what they carry can be read."
    )
    webhooks_allow_loopback: bool = Field(
        False, description="Let webhooks go to this machine, also by http; for development."
    )
    webhooks_retries: Annotated[tuple[float, ...], NoDecode, BeforeValidator(_seconds)] = Field(
        (5, 30, 120, 600, 1_800, 7_200, 18_000, 36_000, 36_000),
        min_length=1,
        description="Seconds before each further attempt of a webhook, more than a day in all.",
    )
    log_level: str = Field("info", description="debug, info, warning or error.")

    @property
    def files_folder(self) -> Path:
        return self.files or self.data / "files"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process."""
    return Settings()
