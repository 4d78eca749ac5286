"""The program as a whole: started, spoken to, stopped, started again."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

import pytest


@pytest.fixture
def environment(tmp_path):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FRONTDESK_")}
    (tmp_path / "config.yaml").write_text("log:\n  format: json\n")
    return {**kept, "PYTHONWARNINGS": "error"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(folder, environment):
    """Start the program; yield its address and process once it answers."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "bots", "serve", "--port", str(port)],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        until = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(f"{address}/healthz", timeout=5) as answer:
                    assert answer.status == 200
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    process.kill()
                    pytest.fail(f"it does not answer: {process.communicate()}")
                time.sleep(0.1)
        yield address, process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def say(address, conversation, message_id, text):
    body = json.dumps({"conversation": conversation, "id": message_id, "text": text}).encode()
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(f"{address}/webchat/salon/messages?wait=20", body, headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def command(folder, environment, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "bots", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_conversation_goes_on_after_a_restart_and_its_customer_can_be_exported_and_forgotten(tmp_path, environment):
    with serving(tmp_path, environment) as (address, process):
        first = say(address, None, "0f3c9a6b1d2e4f58", "I would like a haircut")
        conversation = first["conversation"]
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)
        assert process.returncode == 0, err
        assert address in out
    lines = [json.loads(line) for line in err.splitlines()]
    assert [line["outcome"] for line in lines if line["event"] == "turn"] == ["answered"]
    for secret in ("haircut", conversation, (tmp_path / "data" / "secret").read_text().strip()):
        assert secret not in err

    with serving(tmp_path, environment) as (address, process):
        again = say(address, None, "0f3c9a6b1d2e4f58", "I would like a haircut")
        assert again == first
        named = say(address, conversation, "2", "my name is Zacharias Canary, +351912345678")
        assert named["draft"]["service"] == first["draft"]["service"]
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        assert process.returncode == 0, err

    assert command(tmp_path, environment, "check").stdout == "settings: ok\nsqlite: ok\n"
    export = command(tmp_path, environment, "export", conversation)
    assert "Zacharias" in export.stdout, export.stderr
    assert json.loads(export.stdout)
    refused = command(tmp_path, environment, "erase", conversation)
    assert (refused.returncode, refused.stderr) == (
        1,
        "frontdesk: erasing cannot be undone: add --yes where nobody can be asked\n",
    )
    erased = command(tmp_path, environment, "erase", "--yes", "--business", "salon", conversation)
    assert erased.returncode == 0, erased.stderr
    gone = command(tmp_path, environment, "export", conversation)
    assert (gone.returncode, gone.stdout) == (1, "")
    assert "nobody is known by that" in gone.stderr
    for file in (tmp_path / "data").glob("frontdesk.db*"):
        for canary in (b"Zacharias", b"912345678", conversation.encode()):
            assert canary not in file.read_bytes(), (file.name, canary)


def test_a_worker_beside_a_server_without_one_answers(tmp_path, environment):
    alone = {**environment, "FRONTDESK_WORKER__EMBEDDED": "false"}
    with serving(tmp_path, alone) as (address, _):
        worker = subprocess.Popen(
            [sys.executable, "-m", "bots", "worker"],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert say(address, None, "0f3c9a6b1d2e4f58", "a haircut please")["replies"]
            worker.send_signal(signal.SIGTERM)
            _, err = worker.communicate(timeout=30)
            assert worker.returncode == 0, err
        finally:
            if worker.poll() is None:
                worker.kill()
                worker.communicate()
