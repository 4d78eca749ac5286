"""Writes docs/reference/settings.md: `python -m bots.settings_reference` from the folder of the project."""

from __future__ import annotations

import re
from pathlib import Path

from bots.settings import PREFIX

SOURCE = Path("config.yaml")
PAGE = Path("docs/reference/settings.md")
_SECTION = re.compile(r"(\w+):")
_SETTING = re.compile(r"  (\w+): (.*?) +# (.+)")
HEAD = """# Settings

Written by `python -m bots.settings_reference` from `config.yaml`; a test compares. Frontdesk reads `config.yaml` in the
folder it is started in, or the file that `--config` or `FRONTDESK_CONFIG` names, and refuses what it does not know with
the line and the remedy. Relative paths count from the file's folder. The environment wins over the file."""


def page(config: str) -> str:
    """Return the page of a settings file whose every line is a section, a setting with its comment, or a comment."""
    lines = [HEAD]
    section = ""
    for line in config.splitlines():
        if found := _SECTION.fullmatch(line):
            section = found[1]
            lines.append(f"\n## {section}\n\n| setting | default | environment | meaning |\n|---|---|---|---|")
        elif found := _SETTING.fullmatch(line):
            key, default, meaning = found[1], found[2], found[3].replace("<", "&lt;")
            variable = f"{PREFIX}{section}__{key}".upper()
            lines.append(f"| `{key}` | `{default}` | `{variable}` | {meaning} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(SOURCE.read_text(encoding="utf-8")), encoding="utf-8")
