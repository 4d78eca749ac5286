"""One evening's floor before and after a re-seat, as a picture: `python -m bench.floor docs/images/reseat.svg`.

The evening is drawn by `bench.evenings` from its seed; requests are seated until one comes that needs so many others to
change tables, and that moment is drawn. One JSON line says what was found.
"""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bench.evenings import SEED, house, night
from domain.seating.evening import Evening, Party
from domain.seating.floor import floor_svg
from domain.seating.layout import layout_of
from domain.seating.reseat import Effort, seat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.businesses import Policies
    from domain.seating.layout import Layout
    from domain.seating.reseat import Seating

ROOT = Path(__file__).resolve().parents[1]
NAMES = """
Abel Ada Aldo Alma Anouk Arno Bea Benno Bo Carla Cem Dara Dino Edda Eli Emil Enzo Fay Finn Gil Gina Hal Hugo Ida Ilse
Ines Ivo Jana Jon June Kai Kim Lars Lea Leo Lina Lou Luca Mara Max Mia Milo Mona Nico Nina Noa Olga Oli Pia Rea Rita
Rosa Ruth Sam Sara Sol Tara Teo Tom Ugo Una Uri Vera Vito Wim Xenia Yan Yuna Zoe Zora
"""
"""Who asks; only for the reader."""


def find(
    layout: Layout, policies: Policies, load: float, seed: int, moves: int
) -> tuple[Evening, Party, Seating] | None:
    """Return the first party of a night that is seated with so many moves: the evening before it, and its seating."""
    directory = house("bistro")
    drawn = night(directory, load, seed)
    names = random.Random(seed).sample(NAMES.split(), len(NAMES.split()))
    evening = Evening()
    for request in drawn.requests:
        party = Party(
            str(request.number), request.size, request.starts, request.ends, name=names[request.number % len(names)]
        )
        found = seat(layout, evening, party, policies, Effort(optimizer=False))
        if found is not None and len(found.moves) == moves:
            return evening, party, found
        if found is not None:
            evening = found.applied(evening, replace(party))
    return None


def clock(minute: int) -> str:
    """Word a minute of the evening."""
    return f"{minute // 60 % 24}:{minute % 60:02}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Draw and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("file", type=Path)
    parser.add_argument("--load", type=float, default=1.1)
    parser.add_argument("--moves", type=int, default=2)
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args(arguments)
    directory = house("bistro")
    layout = layout_of(directory, "place")
    for seed in range(asked.seed, asked.seed + 50):
        found = find(layout, directory.business.policies, asked.load, seed, asked.moves)
        if found is not None:
            evening, party, seating = found
            asked.file.write_text(floor_svg(layout, evening, party, seating, clock), encoding="utf-8")
            print(
                json.dumps(
                    {
                        "bench": "floor",
                        "seed": seed,
                        "party": party.size,
                        "moves": len(seating.moves),
                        "reasons": seating.reasons,
                        "file": str(asked.file),
                    }
                )
            )
            return
    parser.error(f"none of 50 nights from seed {asked.seed} had a party that needed {asked.moves} moves")


if __name__ == "__main__":
    main()
