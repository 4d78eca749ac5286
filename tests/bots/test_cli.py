import os
import socket
import sqlite3
import subprocess
import sys

import pytest

from bots.cli import main


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("FRONTDESK_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(capsys, *arguments):
    """Run a command that is expected to be refused; return its one sentence."""
    assert main(arguments) == 1
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    assert captured.err.startswith("frontdesk: ")
    return captured.err


def test_help_names_every_command_and_imports_nothing_heavy():
    script = (
        "import sys; from bots.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'pydantic', 'sqlalchemy', 'asyncio', 'uvicorn', 'structlog', 'yaml'} & set(sys.modules)\n"
        "sys.exit(f'imported {sorted(heavy)}' if heavy else 0)"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    for command in (
        "serve",
        "worker",
        "chat",
        "seed",
        "migrate",
        "check",
        "backup",
        "export",
        "holidays",
        "api-key",
        "erase",
        "connect",
        "disconnect",
        "accounts",
        "templates",
        "keys",
        "dead-letters",
    ):
        assert f"\n    {command} " in result.stdout


@pytest.mark.parametrize("arguments", [[], ["open"], ["serve", "--colour"], ["export"]])
def test_what_is_not_understood_exits_with_two(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "usage: frontdesk" in capsys.readouterr().err


def test_refused_settings_are_one_sentence(folder, capsys):
    (folder / "config.yaml").write_text("server:\n  prot: 1\n")
    assert (
        refused(capsys, "check") == "frontdesk: config.yaml line 2: server.prot is not a setting: did you mean port?\n"
    )
    assert not (folder / "data").exists()


def test_a_port_that_is_no_port_is_refused(folder, capsys):
    assert "server.port must be at most 65535" in refused(capsys, "serve", "--port", "70000")
    assert "server.port must be a whole number" in refused(capsys, "serve", "--port", "http")


def test_a_taken_port_is_said_before_anything_is_made(folder, capsys):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        message = refused(capsys, "serve", "--port", str(port))
    assert f"127.0.0.1:{port} cannot be listened on" in message
    assert "--port" in message
    assert not (folder / "data").exists()


def test_migrate_makes_the_database_in_a_folder_of_ones_own(folder, capsys):
    assert main(["migrate"]) == 0
    assert main(["migrate"]) == 0
    assert (folder / "data").stat().st_mode & 0o777 == 0o700
    database = sqlite3.connect(folder / "data" / "frontdesk.db")
    try:
        assert database.execute("SELECT count(*) FROM bookings").fetchone() == (0,)
    finally:
        database.close()


def test_backup_copies_the_database_beside_the_others(folder, capsys):
    assert main(["migrate"]) == 0
    database = sqlite3.connect(folder / "data" / "frontdesk.db")
    with database:
        database.execute(
            "INSERT INTO businesses (id, slug, name, trade, currency, country, languages, policies, links, version)"
            " VALUES ('b1', 'salon', 'Salon', 'salon', 'EUR', 'PT', '[]', '{}', '{}', 1)"
        )
    database.close()
    capsys.readouterr()
    assert main(["backup"]) == 0
    path, advice = capsys.readouterr().out.splitlines()
    assert str(folder / "data" / "secret") in advice
    copy = sqlite3.connect(path)
    try:
        assert copy.execute("SELECT slug FROM businesses").fetchall() == [("salon",)]
    finally:
        copy.close()
    assert path.startswith(str(folder / "data" / "backups" / "frontdesk-20"))


def test_backup_says_what_to_do_where_it_cannot_help(folder, capsys, monkeypatch):
    assert "there is nothing to copy" in refused(capsys, "backup")
    assert main(["migrate"]) == 0
    (folder / "copy.db").touch()
    assert "exists already" in refused(capsys, "backup", "copy.db")
    monkeypatch.setenv("FRONTDESK_STORE__KIND", "postgres")
    monkeypatch.setenv("FRONTDESK_STORE__URL", "postgresql://db.internal/frontdesk")
    assert "pg_dump" in refused(capsys, "backup")
    monkeypatch.setenv("FRONTDESK_STORE__KIND", "memory")
    assert "nothing to copy" in refused(capsys, "backup")


@pytest.mark.parametrize("command", [("export",), ("erase", "--yes", "--business", "salon")])
def test_an_id_that_begins_with_a_dash_is_no_option(folder, capsys, command):
    """A conversation's id is random letters; one in sixty begins so."""
    assert main(["migrate"]) == main(["seed"]) == 0
    capsys.readouterr()
    name, *options = command
    assert "nobody is known by that" in refused(capsys, name, "-ER3vg1G8mKlLsCqzx0buORAyy0UmetN", *options)
