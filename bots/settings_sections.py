"""The sections of the settings: what each setting may be, and what it is by default."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class Section(BaseModel):
    """A section of settings: read once, never changed, and nothing unknown in it."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


class Server(Section):
    """Where HTTP is served."""

    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=8000, ge=1, le=65535)
    public_url: str = Field(default="", pattern=r"^(https?://\S+)?$")


class Data(Section):
    """What is kept on this machine."""

    folder: Path = Field(default=Path("data"), strict=False)


class StoreSettings(Section):
    """Which database."""

    kind: Literal["sqlite", "postgres", "memory"] = "sqlite"
    url: SecretStr = Field(default=SecretStr(""), strict=False)


class Redis(Section):
    """The hot copies, wake-ups and limits of many machines."""

    url: SecretStr = Field(default=SecretStr(""), strict=False)
    prefix: str = "frontdesk:"


class SecretSource(Section):
    """Where the one secret and the keys of the vault come from."""

    file: str = ""
    value: SecretStr = Field(default=SecretStr(""), strict=False)
    keys: SecretStr = Field(default=SecretStr(""), strict=False)


class Worker(Section):
    """How conversations are taken up."""

    turns: int = Field(default=64, ge=1, le=512)
    embedded: bool = True


class Conversations(Section):
    """How a conversation is heard."""

    lease_seconds: int = Field(default=30, ge=1, le=600)


class Delivery(Section):
    """How messages are sent."""

    batch: int = Field(default=32, ge=1, le=256)
    timeout_seconds: int = Field(default=20, ge=1, le=120)


class Webchat(Section):
    """What web chat puts up with."""

    body_limit: int = Field(default=65536, ge=1024, le=1048576)
    text_limit: int = Field(default=20000, ge=100, le=100000)
    messages_per_minute: int = Field(default=60, ge=1, le=6000)
    messages_per_minute_per_address: int = Field(default=600, ge=1, le=60000)
    wait_seconds: int = Field(default=30, ge=1, le=60)


class Api(Section):
    """What the HTTP API puts up with."""

    requests_per_minute: int = Field(default=600, ge=1, le=600000)
    requests_per_minute_per_address: int = Field(default=1200, ge=1, le=600000)


class Hooks(Section):
    """What is put up with from platforms."""

    body_limit: int = Field(default=4194304, ge=65536, le=16777216)


class Telegram(Section):
    """Where Telegram is."""

    api_url: str = Field(default="https://api.telegram.org", pattern=r"^https?://\S+$")


class WhatsApp(Section):
    """The app at Meta through which all businesses of this installation are connected."""

    app_id: str = Field(default="", pattern=r"^[0-9]*$")
    app_secret: SecretStr = Field(default=SecretStr(""), strict=False)
    config_id: str = Field(default="", pattern=r"^[0-9]*$")
    graph_url: str = Field(default="https://graph.facebook.com", pattern=r"^https?://\S+$")
    graph_version: str = Field(default="v25.0", pattern=r"^v[0-9]+\.[0-9]+$")
    dialog_url: str = Field(default="https://www.facebook.com", pattern=r"^https?://\S+$")


class Demo(Section):
    """The demo businesses."""

    seed: bool = True


class Log(Section):
    """What is logged."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["text", "json"] = "text"
