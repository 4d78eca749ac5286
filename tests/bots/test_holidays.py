"""Public holidays are suggested with what the house would do; only the days that the owner names are closed."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from argparse import Namespace
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bots.cli import main
from bots.errors import Refused
from bots.holidays import closed, hours_of, list_and_close, suggestions
from bots.seed import accounts, salon
from domain.availability import openings
from domain.businesses import DateOverride, Directory, Place
from domain.clock import ManualClock
from storage.memory.store import MemoryStore
from tests.builders import LUZ, NOW, at, book, booking
from tests.domain.scheduling import MONDAY, wish
from tests.domain.scheduling import salon as small

GRACA, ALFAMA = LUZ.places
CHRISTMAS = date(2026, 12, 25)
PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "close-on-holidays.md"


def on(directory: Directory, day: date, place: Place = GRACA, languages: tuple[str, ...] = ("en",)) -> Any:
    """Return what is suggested for a day."""
    (found,) = [one for one in suggestions(directory, place, day.year, languages) if one.on == day]
    return found


def test_a_year_of_portugal_is_listed_in_order() -> None:
    found = suggestions(LUZ, ALFAMA, 2026, ("en",))
    assert [one.on for one in found] == sorted(one.on for one in found)
    assert {date(2026, 1, 1), date(2026, 4, 25), CHRISTMAS} <= {one.on for one in found}
    assert all(one.name for one in found)


def test_each_says_what_the_place_would_do_that_day() -> None:
    assert hours_of(on(LUZ, CHRISTMAS)) == "closed: Christmas"
    assert on(LUZ, CHRISTMAS).override == LUZ.overrides[0]
    assert hours_of(on(LUZ, CHRISTMAS, ALFAMA)) == "open"
    assert not on(LUZ, date(2026, 4, 5)).open, "Easter is a Sunday: nobody is there anyway"
    half = replace(LUZ, overrides=(DateOverride(GRACA.id, CHRISTMAS, ((600, 780), (840, 905)), "Lunch"),))
    assert hours_of(on(half, CHRISTMAS)) == "10:00-13:00, 14:00-15:05: Lunch"


@pytest.mark.parametrize(
    ("languages", "name"),
    [
        (("pt",), "Dia de Natal"),
        (("pt-BR", "en"), "Dia de Natal"),
        (("eo", "en"), "Christmas Day"),
        (("eo",), "Dia de Natal"),
    ],
)
def test_names_are_in_the_first_language_that_the_calendar_speaks(languages: tuple[str, ...], name: str) -> None:
    assert on(LUZ, CHRISTMAS, languages=languages).name == name


def test_nothing_is_closed_by_itself() -> None:
    house = small("anna", zone="Europe/Lisbon")
    holiday = date(2026, 12, 8)
    before = openings(house, wish(holiday), (), NOW)
    assert before
    suggestions(house, house.places[0], 2026, ("en",))
    assert openings(house, wish(holiday), (), NOW) == before
    shut = closed(house, house.places[0], [on(house, holiday, house.places[0])])
    assert openings(shut, wish(holiday), (), NOW) == []
    assert openings(shut, wish(MONDAY), (), NOW) == openings(house, wish(MONDAY), (), NOW)


def test_a_day_that_is_closed_already_is_not_closed_twice() -> None:
    assert closed(LUZ, GRACA, [on(LUZ, CHRISTMAS)]) == LUZ


def test_a_day_with_hours_of_its_own_is_the_owners() -> None:
    half = replace(LUZ, overrides=(DateOverride(GRACA.id, CHRISTMAS, ((600, 780),)),))
    with pytest.raises(Refused, match="hours of its own on 2026-12-25"):
        closed(half, GRACA, [on(half, CHRISTMAS)])


@pytest.mark.parametrize("year", [1999, 2101, -1, 10**9])
def test_a_year_that_nobody_has_decreed_is_refused(year: int) -> None:
    with pytest.raises(Refused, match="2000 to 2100"):
        suggestions(LUZ, GRACA, year, ("en",))


def test_a_country_without_a_calendar_is_refused() -> None:
    with pytest.raises(Refused, match="ZZ"):
        suggestions(replace(LUZ, business=replace(LUZ.business, country="ZZ")), GRACA, 2026, ("en",))


class Owner:
    """An owner at the command line, with a store of their own."""

    def __init__(self, directory: Directory, now: datetime = NOW) -> None:
        self.now = now
        self.store = MemoryStore(ManualClock(now))
        self.business_id = directory.business.id
        asyncio.run(self.store.directories.save(directory, accounts(directory)))

    def types(self, *close: date, year: int | None = None, place: str = "") -> list[str]:
        options = Namespace(year=year, place=place, close=list(close))
        return asyncio.run(list_and_close(self.store, self.directory, options, self.now))

    @property
    def directory(self) -> Directory:
        return asyncio.run(self.store.directories.directory(self.business_id))


def test_only_the_days_that_are_named_are_closed() -> None:
    owner = Owner(LUZ)
    assert owner.types()[0] == "Graça, PT 2026"
    assert owner.directory == LUZ
    lines = owner.types(date(2026, 12, 8), place="Alfama")
    assert "  Tue 2026-12-08  Immaculate Conception (closed: Immaculate Conception)" in lines
    added = owner.directory.overrides[len(LUZ.overrides) :]
    assert added == (DateOverride(ALFAMA.id, date(2026, 12, 8), (), "Immaculate Conception"),)
    assert owner.directory.version == 2
    assert asyncio.run(owner.store.directories.account("webchat", LUZ.business.slug)).business_id == LUZ.business.id


def test_days_gone_by_are_left_out() -> None:
    assert [line.split()[1] for line in Owner(LUZ).types(place="Graça")[1:]] == [
        "2026-12-01",
        "2026-12-08",
        "2026-12-25",
    ]


@pytest.mark.parametrize("day", [date(2026, 12, 9), date(2026, 1, 1), date(2027, 1, 1)])
def test_one_day_that_cannot_be_closed_closes_nothing(day: date) -> None:
    owner = Owner(LUZ)
    with pytest.raises(Refused, match=f"{day}; nothing was closed"):
        owner.types(date(2026, 12, 8), day)
    assert owner.directory == LUZ


def test_an_unknown_place_is_refused() -> None:
    with pytest.raises(Refused, match="no place 'Belém'"):
        Owner(LUZ).types(place="Belém")


def test_what_is_booked_that_day_stays_and_is_counted() -> None:
    owner = Owner(LUZ)
    calendar = owner.store.calendar(LUZ.business.id)
    visit = booking(at(15, day=17), customer_id="cus-1")
    asyncio.run(calendar.apply([book(visit)]))
    assert not any("booked" in line for line in owner.types())
    lines = owner.types(date(2026, 12, 8), place="Graça")
    assert lines[2].endswith("(closed: Immaculate Conception; 1 booked for it, not cancelled)")
    assert asyncio.run(calendar.booking(visit.id)) == visit


def test_the_page_shows_what_is_printed() -> None:
    blocks = re.findall(r"    frontdesk ([^\n]*)\n\n```\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert len(blocks) == 2
    owner = Owner(salon(), datetime(2026, 11, 20, 10, tzinfo=UTC))
    for command, printed in blocks:
        days = [date.fromisoformat(one) for one in command.split("--close")[-1].split() if "--close" in command]
        assert owner.types(*days, year=2027) == printed.splitlines(), command


def test_the_command_lists_and_closes(tmp_path: Path, monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["migrate"]) == 0
    assert main(["seed"]) == 0
    capsys.readouterr()
    assert main(["holidays", "salon", "--year", "2099", "--close", "2099-12-25"]) == 0
    assert "2099-12-25  Christmas Day (closed: Christmas Day)" in capsys.readouterr().out
    assert main(["holidays", "salon", "--year", "2099"]) == 0
    assert "2099-12-25  Christmas Day (closed: Christmas Day)" in capsys.readouterr().out
    assert main(["holidays", "saloon"]) == 1
    assert "there is no business 'saloon'; there are: bistro, salon" in capsys.readouterr().err


def test_the_library_is_loaded_only_when_asked() -> None:
    code = "import sys, bots.holidays, bots.application; assert 'holidays' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
