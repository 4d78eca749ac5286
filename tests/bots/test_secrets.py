import stat
import threading

import pytest

from bots.secrets import SecretRefused, Secrets
from bots.settings import load


def settings(folder, **environment):
    (folder / "config.yaml").touch()
    return load(folder / "config.yaml", {f"FRONTDESK_{key}": value for key, value in environment.items()})


def test_the_first_start_makes_a_secret_that_only_its_owner_reads(tmp_path):
    first = Secrets.from_settings(settings(tmp_path))
    file = tmp_path / "data" / "secret"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]
    again = Secrets.from_settings(settings(tmp_path))
    assert again.key("choice-tokens") == first.key("choice-tokens")


def test_keys_differ_by_purpose_and_by_installation(tmp_path):
    ours, theirs = Secrets(b"a" * 32), Secrets(b"b" * 32)
    assert len(ours.key("links")) == 32
    assert len({ours.key("links"), ours.key("choice-tokens"), theirs.key("links")}) == 3


def test_a_secret_that_others_can_read_is_refused_with_the_remedy(tmp_path):
    Secrets.from_settings(settings(tmp_path))
    file = tmp_path / "data" / "secret"
    file.chmod(0o644)
    with pytest.raises(SecretRefused, match=f"mode 0644.*chmod 600 {file}"):
        Secrets.from_settings(settings(tmp_path))


@pytest.mark.parametrize("text", [b"", b"short", b"\xff\xfe" * 40, b"?" * 64])
def test_a_damaged_secret_is_refused_and_kept(tmp_path, text):
    file = tmp_path / "data" / "secret"
    file.parent.mkdir()
    file.write_bytes(text)
    file.chmod(0o600)
    with pytest.raises(SecretRefused, match="backup"):
        Secrets.from_settings(settings(tmp_path))
    assert file.read_bytes() == text


def test_a_named_file_is_never_made(tmp_path):
    with pytest.raises(SecretRefused, match="openssl rand -hex 32"):
        Secrets.from_settings(settings(tmp_path, SECRETS__FILE="elsewhere"))
    file = tmp_path / "elsewhere"
    file.write_text("ab" * 32 + "\n")
    file.chmod(0o600)
    assert Secrets.from_settings(settings(tmp_path, SECRETS__FILE="elsewhere")).key("x") == Secrets(b"\xab" * 32).key(
        "x"
    )


def test_many_machines_must_be_given_one_secret(tmp_path):
    many = {"STORE__KIND": "postgres", "STORE__URL": "postgresql://db.internal/frontdesk"}
    with pytest.raises(SecretRefused, match="FRONTDESK_SECRETS__VALUE"):
        Secrets.from_settings(settings(tmp_path, **many))
    assert not (tmp_path / "data").exists()
    given = Secrets.from_settings(settings(tmp_path, **many, SECRETS__VALUE="0123456789abcdef" * 2))
    assert given.key("links") == Secrets(b"0123456789abcdef" * 2).key("links")


def test_processes_that_start_at_once_agree_on_one_secret(tmp_path):
    chosen = settings(tmp_path)
    gate = threading.Barrier(8)
    keys = []

    def start():
        gate.wait()
        keys.append(Secrets.from_settings(chosen).key("links"))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1


def test_a_secret_does_not_show():
    secrets = Secrets(b"canary-canary-canary-canary-canary")
    assert "canary" not in f"{secrets!r} {secrets}"
    with pytest.raises(ValueError, match="32 bytes"):
        Secrets(b"short")
