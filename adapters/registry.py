"""The registry of channels: kinds by name, imported only when settings name them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class UnknownChannel(ValueError):
    """No kind of channel has this name, or a library that it needs is not installed."""


def load(names: Sequence[str]) -> dict[str, type]:
    """Return the class of each named channel, in the order named.

    A channel `x` is the class in `adapters.x.channel` whose attribute `name` is "x". Raises UnknownChannel.
    """
    return {name: _channel(name) for name in names}


def _channel(name: str) -> type:
    if not name.isidentifier():  # nothing else may be imported from here
        raise UnknownChannel(f"there is no channel {name!r}")
    try:
        module = import_module(f"adapters.{name}.channel")
    except ModuleNotFoundError as missing:
        if missing.name in (f"adapters.{name}", f"adapters.{name}.channel"):
            raise UnknownChannel(f"there is no channel {name!r}") from None
        raise UnknownChannel(
            f"channel {name!r} needs the library {missing.name!r}, which is not installed"
        ) from missing
    for one in vars(module).values():
        if isinstance(one, type) and one.__module__ == module.__name__ and getattr(one, "name", None) == name:
            return one
    raise UnknownChannel(f"adapters.{name}.channel has no class named {name!r}")
