import pytest
import yaml

from bots.settings import Settings, load
from bots.settings_reference import PAGE, SOURCE, page
from bots.settings_source import SettingsRefused

KEY = "c2l4dGVlbiBieXRlcywgdHdpY2UsIGFyZSBhIGtleSE="
POSTGRES = "postgresql://frontdesk:hunter2secret@db.internal/frontdesk"


def write(folder, text):
    path = folder / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(folder, text, environment=None):
    with pytest.raises(SettingsRefused) as refused:
        load(write(folder, text), environment or {})
    return str(refused.value)


def test_the_file_in_the_repository_says_exactly_the_defaults(pytestconfig):
    shipped = load(pytestconfig.rootpath / "config.yaml", {})
    written = yaml.safe_load((pytestconfig.rootpath / "config.yaml").read_text(encoding="utf-8"))
    assert {section: set(keys) for section, keys in written.items()} == {
        name: set(field.annotation.model_fields) for name, field in Settings.model_fields.items()
    }
    plain = Settings()
    for section in Settings.model_fields:
        if section != "data":
            assert getattr(shipped, section) == getattr(plain, section), section
    assert shipped.data.folder == pytestconfig.rootpath / "data"


def test_every_setting_in_the_file_is_explained(pytestconfig):
    lines = (pytestconfig.rootpath / "config.yaml").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("  ") and " # " not in line] == []


def test_the_reference_has_every_setting(pytestconfig):
    written = (pytestconfig.rootpath / PAGE).read_text(encoding="utf-8")
    assert written == page((pytestconfig.rootpath / SOURCE).read_text(encoding="utf-8")), (
        "run `python -m bots.settings_reference`"
    )
    for name, field in Settings.model_fields.items():
        for key in field.annotation.model_fields:
            assert f"`FRONTDESK_{name}__{key}`".upper() in written, (name, key)


def test_without_a_file_the_defaults_hold(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = load(environment={})
    assert settings.server.port == 8000
    assert settings.database_url == f"sqlite:///{tmp_path}/data/frontdesk.db"
    assert settings.secret_file == tmp_path / "data" / "secret"


def test_an_unknown_key_is_refused_with_its_line_and_the_likely_name(tmp_path):
    message = refusal(tmp_path, "server:\n  host: 127.0.0.1\n  prot: 9000\n")
    assert message == f"{tmp_path}/config.yaml line 3: server.prot is not a setting: did you mean port?"


def test_an_unknown_section_is_refused_with_its_line(tmp_path):
    message = refusal(tmp_path, "# ours\nservers:\n  port: 9000\n")
    assert message == f"{tmp_path}/config.yaml line 2: servers is not a setting: did you mean server?"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('server:\n  port: "8000"\n', "line 2: server.port must be a whole number"),
        ("server:\n  port: 80.5\n", "line 2: server.port must be a whole number"),
        ("server:\n  port: yes\n", "line 2: server.port must be a whole number"),
        ("server:\n  port:\n", "line 2: server.port must be a whole number"),
        ("server:\n  port: 70000\n", "line 2: server.port must be at most 65535"),
        ("server:\n  host: 1\n", "line 2: server.host must be text (put it in quotes)"),
        ("demo:\n\n  seed: 1\n", "line 3: demo.seed must be true or false"),
        ("store:\n  kind: mysql\n", "line 2: store.kind must be sqlite, postgres or memory"),
        ("server:\n  public_url: chat\n", "server.public_url must be an address that begins with http:// or https://"),
        ("log:\n  level: loud\n", "line 2: log.level must be debug, info, warning or error"),
        ("server: 8000\n", "line 1: server must be a section of settings, each on its own line below it"),
        ("server:\n  port: 1\n  port: 2\n", "line 3: server.port is set twice: remove one"),
        ("server: [\n", "line 2: not YAML"),
        ("- server\n", "line 1: sections are expected, such as `server:`"),
        (
            "secrets:\n  value: canary-canary-canary-canary-canary\n",
            "line 2: a secret does not belong into a settings file",
        ),
        (
            "secrets:\n  keys: canary-canary-canary-canary-canary\n",
            "line 2: a secret does not belong into a settings file: set FRONTDESK_SECRETS__KEYS",
        ),
        (
            "whatsapp:\n  app_id: '1'\n  app_secret: canary\n",
            "line 3: a secret does not belong into a settings file: set FRONTDESK_WHATSAPP__APP_SECRET",
        ),
        ("whatsapp:\n  app_id: '1001'\n", "line 2: whatsapp.app_id is set and its other half is not"),
        ("whatsapp:\n  app_id: 1001\n", "line 2: whatsapp.app_id must be text (put it in quotes)"),
        ("whatsapp:\n  app_id: ours\n", "line 2: whatsapp.app_id must be the number that Meta shows for it"),
        ("whatsapp:\n  graph_version: '25'\n", "graph_version must be a version as Meta writes it, such as v25.0"),
        ("telegram:\n  api_url: ''\n", "telegram.api_url must be an address that begins with http:// or https://"),
        ("hooks:\n  body_limit: 1000\n", "line 2: hooks.body_limit must be at least 65536"),
        ("hooks:\n  body_limit: 99999999\n", "line 2: hooks.body_limit must be at most 16777216"),
        (
            "store:\n  kind: postgres\n",
            "line 2: store.kind is postgres and store.url names no PostgreSQL: set FRONTDESK_",
        ),
        (
            "store:\n  kind: sqlite\n  url: postgresql://a/b\n",
            "line 2: store.kind is sqlite and store.url is not sqlite:",
        ),
        ("redis:\n  url: 127.0.0.1:6379\n", "line 2: redis.url must begin with redis://"),
    ],
)
def test_what_cannot_work_is_refused_with_its_line(tmp_path, text, fault):
    message = refusal(tmp_path, text)
    assert fault in message
    assert "canary" not in message


def test_all_faults_are_named_at_once(tmp_path):
    message = refusal(tmp_path, "server:\n  prot: 1\n  port: x\nlog:\n  level: 3\n")
    assert [line.split(": ")[0].rsplit(" ", 1)[1] for line in message.splitlines()] == ["3", "2", "5"]


def test_the_environment_wins_and_is_checked_like_the_file(tmp_path):
    file = write(tmp_path, "server:\n  port: 8001\n")
    environment = {
        "FRONTDESK_SERVER__PORT": "9000",
        "FRONTDESK_DEMO__SEED": "false",
        "FRONTDESK_DATA__FOLDER": "elsewhere",
        "FRONTDESK_DATA": "more test data",
        "FRONTDESK_UNRELATED": "1",
    }
    settings = load(file, environment)
    assert settings.server.port == 9000
    assert settings.demo.seed is False
    assert settings.data.folder == tmp_path / "elsewhere"
    assert refusal(tmp_path, "", {"FRONTDESK_SERVER__PORT": "many"}) == (
        "FRONTDESK_SERVER__PORT (environment): server.port must be a whole number"
    )
    assert "did you mean FRONTDESK_SERVER__PORT?" in refusal(tmp_path, "", {"FRONTDESK_SERVER__PROT": "1"})


def test_overrides_win_over_the_environment(tmp_path):
    file = write(tmp_path, "")
    overrides = {"FRONTDESK_SERVER__PORT": "7000", "FRONTDESK_SERVER__HOST": None}
    settings = load(file, {"FRONTDESK_SERVER__PORT": "9000", "FRONTDESK_SERVER__HOST": "::1"}, overrides)
    assert settings.public_url == "http://[::1]:7000"


def test_a_named_file_must_exist(tmp_path):
    with pytest.raises(SettingsRefused, match="does not exist"):
        load(None, {"FRONTDESK_CONFIG": str(tmp_path / "nowhere.yaml")})


def test_an_empty_section_means_its_defaults(tmp_path):
    assert load(write(tmp_path, "server:\nlog:\n"), {}).server.port == 8000


def test_secrets_do_not_show(tmp_path):
    environment = {
        "FRONTDESK_STORE__KIND": "postgres",
        "FRONTDESK_STORE__URL": POSTGRES,
        "FRONTDESK_REDIS__URL": "redis://:hunter2secret@cache.internal/0",
        "FRONTDESK_SECRETS__VALUE": "hunter2secret" * 4,
        "FRONTDESK_SECRETS__KEYS": KEY,
        "FRONTDESK_WHATSAPP__APP_ID": "1001",
        "FRONTDESK_WHATSAPP__APP_SECRET": "hunter2secret",
    }
    settings = load(write(tmp_path, ""), environment)
    assert settings.secrets.keys.get_secret_value() == KEY
    assert KEY not in f"{settings!r} {settings.model_dump_json()}"
    assert settings.database_url == POSTGRES.replace("postgresql:", "postgresql+asyncpg:")
    assert "hunter2secret" not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    broken = {**environment, "FRONTDESK_REDIS__URL": "hunter2secret", "FRONTDESK_SECRETS__VALUE": "hunter2secret"}
    message = refusal(tmp_path, "", broken)
    assert "redis.url must begin with" in message
    assert "shorter than 32 characters" in message
    assert "hunter2secret" not in message
