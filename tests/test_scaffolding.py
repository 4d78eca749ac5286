"""What stands around the program: the Makefile's words to a newcomer, and the rule that CI skips nothing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def make(folder, *arguments, path):
    return subprocess.run(
        [shutil.which("make"), *arguments],
        cwd=folder,
        env={"PATH": str(path), "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def clone(tmp_path):
    """A fresh clone as make sees it, on a machine with hardly any tools."""
    for file in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / file, tmp_path)
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("awk", "printf", "touch"):
        (tools / tool).symlink_to(shutil.which(tool))
    return tmp_path


def interpreter(clone, script):
    path = clone / "bin" / "python3"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_make_alone_lists_what_can_be_done(clone):
    result = make(clone, path=clone / "bin")
    assert result.returncode == 0, result.stderr
    for target in ("setup", "run", "chat", "test", "lint", "bench", "clean"):
        assert f"\n  make {target} " in result.stdout


def test_without_python_one_sentence_says_so(clone):
    result = make(clone, "run", path=clone / "bin")
    assert result.returncode != 0
    assert result.stderr.splitlines()[0].startswith(
        "Frontdesk needs Python 3.11, 3.12 or 3.13, and python3 is not there,"
    )


def test_a_python_that_is_too_old_is_named_with_its_version(clone):
    interpreter(clone, 'case "$2" in *exit*) exit 1;; esac; echo 3.10')
    result = make(clone, "setup", path=clone / "bin")
    assert result.returncode != 0
    assert "and python3 is 3.10, python3.13 is not there" in result.stderr.splitlines()[0]


def test_a_python_without_venv_is_told_how_to_get_it(clone):
    interpreter(clone, 'case "$2" in *ensurepip*) exit 1;; esac')
    result = make(clone, "setup", path=clone / "bin")
    assert result.returncode != 0
    assert "lacks the venv module" in result.stderr.splitlines()[0]
    assert "python3-venv" in result.stderr.splitlines()[0]


@pytest.mark.parametrize(("ci", "status"), [("true", 1), ("", 0)])
def test_a_skipped_service_test_fails_only_in_ci(tmp_path, ci, status):
    shutil.copy(ROOT / "tests" / "ci.py", tmp_path / "conftest.py")
    (tmp_path / "test_one.py").write_text(
        "import pytest\n"
        "@pytest.mark.service\n"
        "def test_it(): pytest.skip('no database here')\n"
        "def test_another(): pytest.skip('not on this platform')\n"
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n  service: needs one\n  browser: needs one\n")
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        env={**os.environ, "CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == status, result.stdout
    assert ("CI=true allows no skip" in result.stdout) is bool(status)


@pytest.mark.parametrize(("data", "status"), [("/nowhere", 1), ("", 0)])
def test_data_that_is_named_and_not_read_fails_in_ci(tmp_path, data, status):
    shutil.copy(ROOT / "tests" / "ci.py", tmp_path / "conftest.py")
    (tmp_path / "test_one.py").write_text(
        "import pytest\n"
        "@pytest.mark.data\n"
        "@pytest.mark.skipif(True, reason='the file is not there')\n"
        "def test_it(): pass\n"
        "def test_another(): pass\n"
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n  data: needs data\n")
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        env={**os.environ, "CI": "true", "FRONTDESK_DATA": data},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == status, result.stdout
