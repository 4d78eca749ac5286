"""The text of config.yaml: plain values, and the line that each was written on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from bots.errors import Refused

if TYPE_CHECKING:
    from pathlib import Path


class SettingsRefused(Refused):
    """The settings cannot be used. One line a fault, each naming the place and the remedy."""


@dataclass(frozen=True, slots=True)
class Source:
    """The settings as they were written, and where each was written."""

    values: dict[str, Any]
    places: dict[tuple[str | int, ...], str]

    def place(self, loc: tuple[str | int, ...], default: str) -> str:
        """Return where a setting, or the closest thing around it, was written."""
        while loc and loc not in self.places:
            loc = loc[:-1]
        return self.places.get(loc, default)


def read(file: Path) -> Source:
    """Return what a file says. Raises SettingsRefused, with the line, where it is no YAML or sets a key twice."""
    try:
        root = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = f" line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise SettingsRefused(f"{file}{line}: not YAML: {error.problem}") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsRefused(f"{file} cannot be read: {error}") from None
    places: dict[tuple[str | int, ...], str] = {}
    if root is None:
        return Source({}, places)
    if not isinstance(root, yaml.MappingNode):
        raise SettingsRefused(f"{file} line 1: sections are expected, such as `server:`")
    values = _plain(root, (), str(file), places)
    # A section that is named and left empty means its defaults.
    return Source({key: {} if value is None else value for key, value in values.items()}, places)


def _plain(node: yaml.Node, loc: tuple[str | int, ...], file: str, places: dict[tuple[str | int, ...], str]) -> Any:
    """Turn a node into plain values and note the line of each; a key written twice is refused."""
    places.setdefault(loc, f"{file} line {node.start_mark.line + 1}")
    if isinstance(node, yaml.MappingNode):
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            place = f"{file} line {key_node.start_mark.line + 1}"
            if key in result:
                raise SettingsRefused(f"{place}: {'.'.join(map(str, (*loc, key)))} is set twice: remove one")
            places[*loc, key] = place
            result[key] = _plain(value_node, (*loc, key), file, places)
        return result
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*loc, index), file, places) for index, item in enumerate(node.value)]
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_object(node)
    except yaml.YAMLError as error:
        raise SettingsRefused(f"{places[loc]}: {error}") from None
    finally:
        loader.dispose()
