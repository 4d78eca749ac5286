"""Runs Frontdesk and the peers alternately and prints one JSON line with the ratios: `python -m bench.against`."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.against.playing import WARM_UP
from bench.script import scripts
from bench.stores import REDIS

ROOT = Path(__file__).resolve().parents[2]
PEERS = {
    "python-telegram-bot": ("bench.against.ptb", "memory"),
    "aiogram-memory": ("bench.against.aiogram_fsm", "memory"),
    "aiogram-redis": ("bench.against.aiogram_fsm", REDIS),
}
"""What is run, and where it keeps its state; aiogram always with its lock."""


def interpreter(environment: Path) -> Path:
    """Return the peers' interpreter. Exits with the remedy when it is missing or is another version than this one."""
    python = environment / "bin" / "python"
    if not python.exists():
        sys.exit(f"{environment} is missing: make bench-against installs the peers")
    version = "import sys; print(sys.version_info[:3])"
    found = subprocess.run([python, "-c", version], check=True, capture_output=True, text=True).stdout.strip()
    if found != str(sys.version_info[:3]):
        sys.exit(f"{python} is Python {found}, this is {sys.version_info[:3]}: remove {environment} and make it again")
    return python


def write_scripts(path: Path, conversations: int) -> None:
    """Write the scripts down for interpreters that cannot import Frontdesk."""
    today = datetime.now(UTC).date()
    told = [
        {
            "messages": one.messages,
            "service": one.service,
            "staff": one.staff,
            "start": one.starts_at.replace(tzinfo=None).isoformat(),
            "name": one.name,
        }
        for one in scripts(WARM_UP + conversations, today)
    ]
    path.write_text(json.dumps({"today": today.isoformat(), "scripts": told}))


def run(command: list[str]) -> dict[str, Any]:
    """Run one bench on the first core, where the system can bind it, and return its line."""
    bound = [shutil.which("taskset"), "-c", "0"] if shutil.which("taskset") else []
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([*bound, *command], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}")
    line: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    if line["wrong"]:
        sys.exit(f"{line['wrong']} wrong bookings: {line}")
    return line


def main() -> None:
    """Run the rounds and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=int, default=500)
    parser.add_argument("--concurrent", type=int, default=50)
    parser.add_argument("--store", choices=("memory", "sqlite", "postgres"), default="memory")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=list(PEERS))
    parser.add_argument("--environment", type=Path, default=ROOT / ".venv-against")
    options = parser.parse_args()
    python = interpreter(options.environment)
    size = ["--concurrent", str(options.concurrent)]
    ours = ["-m", "bench.turns", "--store", options.store, "--conversations", str(options.conversations), *size]
    if options.store == "postgres":
        ours += ["--loops", "3"]  # as `frontdesk worker` does
    found: dict[str, list[dict[str, Any]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "scripts.json"
        write_scripts(written, options.conversations)
        for _ in range(options.rounds):
            found.setdefault("frontdesk", []).append(run([sys.executable, *ours]))
            for name in options.peers:
                module, state = PEERS[name]
                line = run([str(python), "-m", module, str(written), "--state", state, *size])
                found.setdefault(name, []).append(line)
    median = {name: statistics.median(one["turns_per_s"] for one in lines) for name, lines in found.items()}
    by_cpu = {name: statistics.median(one["turns_per_cpu_s"] for one in lines) for name, lines in found.items()}
    print(
        json.dumps(
            {
                "bench": "against",
                "store": options.store,
                "conversations": options.conversations,
                "concurrent": options.concurrent,
                "rounds": options.rounds,
                "python": ".".join(map(str, sys.version_info[:3])),
                "turns_per_s": median,
                "turns_per_cpu_s": by_cpu,
                "ratio": {name: round(median["frontdesk"] / median[name], 2) for name in options.peers},
                "ratio_cpu": {name: round(by_cpu["frontdesk"] / by_cpu[name], 2) for name in options.peers},
            }
        )
    )


if __name__ == "__main__":
    main()
