"""The shape of the house: what may import what, what a module looks like, what no file may name."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CYCLES = "importlinter-cycles.toml"
LINE_LIMIT = 400
LONG = {
    "dialogs/understanding/meanings.py": "one small function a meaning, read beside the table that names them",
}
"""Modules that may be longer, and why."""


def tracked(suffix=""):
    """Yield the files of the project, whether it is a clone or an unpacked archive."""
    skipped = {".git", "data", "__pycache__", "node_modules", "build", "dist"}
    for folder, names, files in os.walk(ROOT):
        names[:] = [
            n
            for n in names
            if n not in skipped and not n.endswith((".egg-info", "_cache")) and not n.startswith(".venv")
        ]
        for file in files:
            if file.endswith(suffix):
                yield Path(folder, file)


def packages():
    return {path.parent.name for path in ROOT.glob("*/__init__.py")}


def settings(config="pyproject.toml"):
    return tomllib.loads((ROOT / config).read_text(encoding="utf-8"))["tool"]["importlinter"]


def contract(name):
    (found,) = [one for one in settings()["contracts"] if one["name"] == name]
    return found


def lint(folder, config="pyproject.toml"):
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache", "--config", config],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"},
    )


def test_every_top_level_package_is_in_the_layers():
    layers = {name.strip() for layer in contract("Imports point inwards")["layers"] for name in layer.split("|")}
    assert layers == packages() == set(settings()["root_packages"]) == set(settings(CYCLES)["root_packages"])


def test_every_channel_is_kept_apart_from_the_others_and_from_the_web():
    channels = {f"adapters.{path.parent.name}" for path in (ROOT / "adapters").glob("*/__init__.py")}
    assert set(contract("Channels do not know each other")["modules"]) == channels
    assert set(contract("The web is handed its tools")["forbidden_modules"]) == channels | {"storage", "payments"}


@pytest.mark.parametrize("config", ["pyproject.toml", CYCLES])
def test_the_contracts_are_kept(config):
    result = lint(ROOT, config)
    assert result.returncode == 0, result.stdout


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("house")
    for package in packages():
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copy(ROOT / CYCLES, folder)
    return folder


@pytest.mark.parametrize(
    ("module", "statement", "broken"),
    [
        ("domain/ids.py", "import sqlalchemy", "Dialogs and domain do no I/O"),
        ("dialogs/messages.py", "import storage.memory", "Imports point inwards"),
        ("domain/ids.py", "import dialogs.messages", "Imports point inwards"),
        ("storage/memory/__init__.py", "import adapters.base", "Imports point inwards"),
        ("web/tools.py", "import adapters.webchat", "The web is handed its tools"),
        ("adapters/terminal/__init__.py", "import adapters.webchat", "Channels do not know each other"),
        ("bots/settings.py", "import storage.sql.models", "Rows never leave the SQL stores"),
        ("domain/hours.py", "import domain.availability", "Packages have no cycles"),
    ],
)
def test_a_seeded_violation_is_caught(copy, module, statement, broken):
    path = copy / module
    text = path.read_text(encoding="utf-8")
    try:
        path.write_text(f"{text}\n{statement}\n", encoding="utf-8")
        result = lint(copy, CYCLES if "cycles" in broken else "pyproject.toml")
    finally:
        path.write_text(text, encoding="utf-8")
    assert result.returncode != 0
    assert f"{broken} BROKEN" in result.stdout


def test_every_module_says_what_it_is():
    silent = [
        str(path.relative_to(ROOT))
        for package in packages() - {"tests"}
        for path in (ROOT / package).rglob("*.py")
        if "versions" not in path.parts
        and " " not in (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "")
    ]
    assert silent == []


def test_no_module_is_longer_than_a_reader_likes():
    long = {
        str(path.relative_to(ROOT))
        for package in packages() - {"tests"}
        for path in (ROOT / package).rglob("*.py")
        if "versions" not in path.parts and len(path.read_text(encoding="utf-8").splitlines()) > LINE_LIMIT
    }
    assert sorted(long - set(LONG)) == []


def test_no_requirements_or_settings_of_a_tool_name_an_index():
    index = re.compile(rb"--(?:extra-)?index-url|^\s*--find-links|^\s*index-url\s*=", re.MULTILINE)
    this = Path(__file__).resolve()
    assert [str(path) for path in tracked() if path != this and index.search(path.read_bytes())] == []


def test_the_lock_pins_everything_by_hash_and_names_no_place():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*(--find-links|-f |-i |--index-url|--extra-index-url|-e )", text, re.MULTILINE)
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    unpinned = [block for block in blocks if not re.match(r"[\w.-]+==\S+.*\\\n\s+--hash=sha256:[0-9a-f]{64}", block)]
    assert unpinned == []
    locked = {re.match(r"[\w.-]+", block)[0] for block in blocks}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["postgres"], *extras["redis"], *extras["dev"]]
    names = {re.sub(r"[._]", "-", re.match(r"[\w.-]+", one)[0]).lower() for one in wanted}
    assert names <= locked
