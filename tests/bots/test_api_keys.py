import os
import sqlite3
from contextlib import closing

import pytest

from bots.cli import main
from web.api.keys import digest_of


@pytest.fixture
def folder(tmp_path, monkeypatch, capsys):
    for name in [name for name in os.environ if name.startswith("FRONTDESK_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    assert main(["migrate"]) == main(["seed"]) == 0
    capsys.readouterr()
    return tmp_path


def test_a_key_is_shown_once_listed_and_revoked(folder, capsys):
    assert main(["api-key", "list"]) == 0
    assert "nobody can use the API" in capsys.readouterr().out

    assert main(["api-key", "new", "salon", "--name", "the website"]) == 0
    secret, told = capsys.readouterr().out.splitlines()
    key_id = told.split()[-1]
    assert secret.startswith("fd_")

    with closing(sqlite3.connect(folder / "data" / "frontdesk.db")) as database:
        (row,) = database.execute("SELECT * FROM api_keys")
    assert digest_of(secret) in row
    assert secret not in map(str, row)

    assert main(["api-key", "list", "salon"]) == 0
    listed = capsys.readouterr().out
    assert key_id in listed
    assert "the website" in listed
    assert secret not in listed
    assert main(["api-key", "list", "bistro"]) == 0
    assert key_id not in capsys.readouterr().out

    assert main(["api-key", "revoke", key_id]) == 0
    assert "opens nothing any more" in capsys.readouterr().out
    assert main(["api-key", "list"]) == 0
    assert "revoked" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["new", "nobody", "--name", "x"], "salon"),
        (["new", "salon", "--name", "  "], "--name website"),
        (["new", "salon", "--name", "x" * 101], "100"),
        (["list", "nobody"], "nobody"),
        (["revoke", "f" * 32], "no key of this id"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(folder, capsys, arguments, words):
    assert main(["api-key", *arguments]) == 1
    said = capsys.readouterr().err
    assert said.startswith("frontdesk: ")
    assert words in said


def test_a_key_is_revoked_once(folder, capsys):
    main(["api-key", "new", "salon", "--name", "x"])
    key_id = capsys.readouterr().out.split()[-1]
    assert [main(["api-key", "revoke", key_id]) for _ in range(2)] == [0, 1]
    assert "was revoked on" in capsys.readouterr().err


def test_keys_in_memory_are_refused(folder, capsys, monkeypatch):
    monkeypatch.setenv("FRONTDESK_STORE__KIND", "memory")
    assert main(["api-key", "list"]) == 1
    assert "no key outlives" in capsys.readouterr().err
