"""Settings: config.yaml and the environment, read and checked once."""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import SecretStr, ValidationError

from bots.settings_sections import (
    Api,
    Conversations,
    Data,
    Delivery,
    Demo,
    Hooks,
    Log,
    Redis,
    SecretSource,
    Section,
    Server,
    StoreSettings,
    Telegram,
    Webchat,
    WhatsApp,
    Worker,
)
from bots.settings_source import SettingsRefused, Source, read
from bots.vault_keys import HOW_TO_MAKE, is_key

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "FRONTDESK_"
NOT_SETTINGS = frozenset({"FRONTDESK_CONFIG", "FRONTDESK_DATA"})
"""Variables of ours that name no setting: where config.yaml is, and where tests find more data."""
NOT_IN_A_FILE = (("secrets", "value"), ("secrets", "keys"), ("whatsapp", "app_secret"))
"""Secrets, which come from the environment only."""
PATTERNS = {
    "^(https?:": "an address that begins with http:// or https://",
    "^https?:": "an address that begins with http:// or https://",
    "^[0-9]": "the number that Meta shows for it (put it in quotes)",
    "^v[0-9]": "a version as Meta writes it, such as v25.0",
}
"""What is meant by the pattern that a setting must match, by how that begins."""


class Settings(Section):
    """Everything that can be set. Paths are absolute once loaded."""

    server: Server = Server()
    data: Data = Data()
    store: StoreSettings = StoreSettings()
    redis: Redis = Redis()
    secrets: SecretSource = SecretSource()
    worker: Worker = Worker()
    conversations: Conversations = Conversations()
    delivery: Delivery = Delivery()
    webchat: Webchat = Webchat()
    api: Api = Api()
    hooks: Hooks = Hooks()
    telegram: Telegram = Telegram()
    whatsapp: WhatsApp = WhatsApp()
    demo: Demo = Demo()
    log: Log = Log()

    @property
    def database_url(self) -> str:
        """The database as SQLAlchemy writes it, with its password; empty for memory. Never log it."""
        url = self.store.url.get_secret_value()
        if self.store.kind == "sqlite" and not url:
            return f"sqlite:///{self.data.folder / 'frontdesk.db'}"
        if self.store.kind == "memory":
            return ""
        return url.replace(url.partition("://")[0], "postgresql+asyncpg") if self.store.kind == "postgres" else url

    @property
    def database_file(self) -> Path:
        """The file of the embedded database."""
        return Path(self.database_url.removeprefix("sqlite:///"))

    @property
    def secret_file(self) -> Path:
        """Where the secret is kept, unless its value comes from the environment."""
        return self.data.folder / (self.secrets.file or "secret")

    @property
    def keys_file(self) -> Path:
        """Where the keys that seal tokens are kept, unless they come from the environment."""
        return self.data.folder / "keys"

    @property
    def public_url(self) -> str:
        """How this installation is reached, without a slash at its end."""
        server = self.server
        host = f"[{server.host}]" if ":" in server.host else server.host
        return server.public_url.rstrip("/") or f"http://{host}:{server.port}"


def load(
    path: Path | None = None,
    environment: Mapping[str, str] | None = None,
    overrides: Mapping[str, str | None] | None = None,
) -> Settings:
    """Return the settings of a file and of the environment, which wins.

    The file is by default $FRONTDESK_CONFIG, or ./config.yaml, which may be absent. Relative paths count from the
    file's folder. Overrides are written like the environment and win over it; None among them says nothing.
    Raises SettingsRefused naming every fault's line and remedy.
    """
    environment = dict(os.environ if environment is None else environment)
    environment |= {name: text for name, text in (overrides or {}).items() if text is not None}
    named = path or (Path(environment["FRONTDESK_CONFIG"]) if environment.get("FRONTDESK_CONFIG") else None)
    file = named or Path("config.yaml")
    if named is not None and not file.is_file():
        raise SettingsRefused(f"{file} does not exist: name the file with --config or FRONTDESK_CONFIG")
    source = read(file) if file.is_file() else Source({}, {})
    faults: list[str] = []
    for section, key in NOT_IN_A_FILE:
        if _at(source.values, section, key):
            place, variable = source.place((section, key), str(file)), f"{PREFIX}{section}__{key}".upper()
            faults.append(f"{place}: a secret does not belong into a settings file: set {variable}")
    faults += _overlay(source, environment)
    try:
        settings = Settings.model_validate(source.values)
    except ValidationError as invalid:
        faults += [_fault(source, str(file), error) for error in invalid.errors(include_url=False)]
    else:
        faults += _contradictions(settings, source, str(file))
    if faults:
        raise SettingsRefused("\n".join(faults))
    return _anchored(settings, file.resolve().parent)


def _overlay(source: Source, environment: Mapping[str, str]) -> list[str]:
    """Write what the environment sets over what the file sets; return the faults of names that are no settings."""
    faults = []
    for name in sorted(environment):
        if not name.startswith(PREFIX) or name in NOT_SETTINGS or "__" not in name:
            continue
        section, _, key = name.removeprefix(PREFIX).lower().partition("__")
        outer = Settings.model_fields.get(section)
        fields = outer.annotation.model_fields if outer and outer.annotation else {}
        if key not in fields:
            known = [f"{PREFIX}{s}__{k}".upper() for s in Settings.model_fields for k in _keys(s)]
            faults.append(f"{name} (environment) is not a setting{_meant(name, known)}")
            continue
        text = environment[name]
        values = source.values.setdefault(section, {})
        if not isinstance(values, dict):
            continue
        annotation = fields[key].annotation
        if annotation in {int, bool}:
            # The file's rules of reading, so that `true` and 9000 mean there and here the same.
            values[key] = _scalar(text)
        else:
            values[key] = text
        source.places[section, key] = f"{name} (environment)"
    return faults


def _scalar(text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return text


def _keys(section: str) -> list[str]:
    annotation: Any = Settings.model_fields[section].annotation
    return list(annotation.model_fields)


def _at(values: dict[str, Any], section: str, key: str) -> Any:
    inner = values.get(section)
    return inner.get(key) if isinstance(inner, dict) else None


def _meant(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f": did you mean {close[0]}?" if close else ": remove it, or look it up in docs/reference/settings.md"


def _fault(source: Source, file: str, error: Any) -> str:
    loc: tuple[str | int, ...] = error["loc"]
    name = ".".join(map(str, loc))
    place = source.place(loc, file)
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        known = _keys(str(loc[0])) if len(loc) > 1 else list(Settings.model_fields)
        return f"{place}: {name} is not a setting{_meant(str(loc[-1]), known)}"
    wanted = {
        "int_type": "a whole number",
        "int_from_float": "a whole number",
        "bool_type": "true or false",
        "string_type": "text (put it in quotes)",
        "path_type": "a path",
        "string_too_short": "set",
        "greater_than_equal": f"at least {context.get('ge')}",
        "less_than_equal": f"at most {context.get('le')}",
        "literal_error": str(context.get("expected", "")).replace("'", ""),
        "string_pattern_mismatch": next(
            (words for start, words in PATTERNS.items() if str(context.get("pattern", "")).startswith(start)), None
        ),
        "model_type": "a section of settings, each on its own line below it",
    }.get(kind)
    return f"{place}: {name} must be {wanted}" if wanted else f"{place}: {name}: {error['msg']}"


def _contradictions(settings: Settings, source: Source, file: str) -> list[str]:
    """Return what is well formed and cannot work."""
    faults = []
    url = settings.store.url.get_secret_value()
    place = source.place(("store", "kind"), file)
    if settings.store.kind == "postgres" and not url.startswith(
        ("postgresql://", "postgres://", "postgresql+asyncpg://")
    ):
        faults.append(
            f"{place}: store.kind is postgres and store.url names no PostgreSQL: "
            "set FRONTDESK_STORE__URL=postgresql://USER:PASSWORD@HOST/DATABASE"
        )
    if settings.store.kind == "sqlite" and url and not url.startswith("sqlite:///"):
        faults.append(
            f"{place}: store.kind is sqlite and store.url is not sqlite:///PATH: "
            "set store.kind to postgres, or empty store.url"
        )
    redis = settings.redis.url.get_secret_value()
    if redis and not redis.startswith(("redis://", "rediss://", "unix://")):
        faults.append(
            f"{source.place(('redis', 'url'), file)}: redis.url must begin with redis://, rediss:// or unix://"
        )
    value = settings.secrets.value.get_secret_value()
    if value and len(value) < 32:
        place = source.place(("secrets", "value"), file)
        faults.append(f"{place}: secrets.value is shorter than 32 characters: make one with `openssl rand -hex 32`")
    if not all(is_key(one) for one in settings.secrets.keys.get_secret_value().split()):
        place = source.place(("secrets", "keys"), file)
        faults.append(f"{place}: secrets.keys has something in it that is no key: {HOW_TO_MAKE}")
    ours = settings.whatsapp
    if bool(ours.app_id) != bool(ours.app_secret.get_secret_value()):
        given, missing = ("app_id", "APP_SECRET") if ours.app_id else ("app_secret", "APP_ID")
        place = source.place(("whatsapp", given), file)
        faults.append(
            f"{place}: whatsapp.{given} is set and its other half is not: set {PREFIX}WHATSAPP__{missing}, "
            "as Meta shows it under App settings, Basic"
        )
    return faults


def _anchored(settings: Settings, base: Path) -> Settings:
    """Return the settings with every path made absolute, counted from the file's folder."""
    data = Data(folder=(base / settings.data.folder.expanduser()).resolve())
    file = settings.secrets.file
    secrets = settings.secrets.model_copy(
        update={"file": str((base / Path(file).expanduser()).resolve()) if file else ""}
    )
    store = settings.store
    url = store.url.get_secret_value()
    if store.kind == "sqlite" and url:
        path = (base / url.removeprefix("sqlite:///")).resolve()
        store = store.model_copy(update={"url": SecretStr(f"sqlite:///{path}")})
    return settings.model_copy(update={"data": data, "secrets": secrets, "store": store})
