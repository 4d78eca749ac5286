"""What is offered instead of a time that cannot be had."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.businesses import DateOverride, Hours
from domain.desk import Desk
from domain.errors import NotOffered
from tests.domain.scheduling import MONDAY, NOW, busy, every_day, salon, shown, utc, wish

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.availability import Opening, Wish
    from domain.businesses import Directory
    from domain.occupancy import Busy

TUESDAY = MONDAY + timedelta(days=1)


class Fixed:
    """A calendar that never changes, and remembers how far it was read."""

    def __init__(self, taken: Sequence[Busy]) -> None:
        self._taken = taken
        self.reads: list[int] = []

    async def busy(
        self, resource_ids: Sequence[str], start: datetime, end: datetime, now: datetime, without: tuple[str, ...] = ()
    ) -> Sequence[Busy]:
        """Return what overlaps."""
        del now, without
        self.reads.append((end - start).days)
        return [
            one
            for one in self._taken
            if one.resource_id in resource_ids and one.starts_at < end and one.ends_at > start
        ]


def found(
    directory: Directory, what: Wish, wanted: datetime | None, *taken: Busy, most: int = 3, now: datetime = NOW
) -> list[Opening]:
    calendar = Fixed(taken)
    desk = Desk(directory, calendar, "bot", "key", now)  # type: ignore[arg-type]
    return [one.opening for one in asyncio.run(desk.alternatives(what, wanted, most=most))]


def offered(directory: Directory, what: Wish, wanted: datetime | None, *taken: Busy, most: int = 3) -> list[str]:
    """Return the alternatives as `Mon 9:00 anna`."""
    return [f"{one.starts_at:%a} {shown(directory, one)}" for one in found(directory, what, wanted, *taken, most=most)]


def test_the_nearest_of_the_day_in_order_of_time() -> None:
    taken = busy("anna", utc(MONDAY, 11))
    directory = salon("anna", hours=every_day(540, 960))
    exactly = wish(earliest=660, latest=660)
    assert offered(directory, exactly, utc(MONDAY, 11), taken) == ["Mon 10:00 anna", "Mon 12:00 anna", "Mon 13:00 anna"]
    assert offered(directory, exactly, utc(MONDAY, 11), taken, most=2) == ["Mon 10:00 anna", "Mon 12:00 anna"]
    assert offered(directory, exactly, utc(MONDAY, 11), taken, most=1) == ["Mon 12:00 anna"]
    assert offered(directory, exactly, utc(MONDAY, 11), taken, most=0) == []


def test_what_is_free_after_all_comes_first() -> None:
    assert offered(salon("anna"), wish(), utc(MONDAY, 11), most=1) == ["Mon 11:00 anna"]


def test_a_time_off_the_grid() -> None:
    assert offered(salon("anna"), wish(), utc(MONDAY, 10, 40), most=2) == ["Mon 10:00 anna", "Mon 11:00 anna"]


def test_somebody_else_at_the_very_time_when_that_person_has_too_little_left() -> None:
    directory = salon("anna", "rosa")
    taken = (busy("anna", utc(MONDAY, 10), 180), busy("rosa", utc(MONDAY, 9)))
    hers = wish(staff_id="anna", earliest=660, latest=660)
    assert offered(directory, hers, utc(MONDAY, 11), *taken) == ["Mon 9:00 anna", "Mon 11:00 rosa", "Tue 11:00 anna"]


def test_another_day_with_the_same_person_when_nobody_else_is_free_then() -> None:
    directory = salon("anna", "rosa")
    taken = (busy("anna", utc(MONDAY, 9), 240), busy("rosa", utc(MONDAY, 11)))
    hers = wish(staff_id="anna", earliest=660, latest=660)
    assert offered(directory, hers, utc(MONDAY, 11), *taken) == ["Sun 11:00 anna", "Tue 11:00 anna", "Wed 11:00 anna"]


def test_others_on_the_day_when_that_person_is_away_for_good() -> None:
    closed = tuple(DateOverride("anna", NOW.date() + timedelta(days=day)) for day in range(40))
    directory = salon("anna", "rosa", overrides=closed, horizon_days=30)
    hers = wish(staff_id="anna", earliest=660, latest=660)
    assert offered(directory, hers, utc(MONDAY, 11)) == ["Mon 10:00 rosa", "Mon 11:00 rosa", "Mon 12:00 rosa"]


def test_others_on_other_days_come_last() -> None:
    closed = tuple(DateOverride("anna", NOW.date() + timedelta(days=day)) for day in range(40))
    directory = salon("anna", "rosa", overrides=closed, horizon_days=30)
    hers = wish(staff_id="anna", earliest=660, latest=660)
    taken = busy("rosa", utc(MONDAY, 9), 240)
    assert offered(directory, hers, utc(MONDAY, 11), taken) == ["Sun 11:00 rosa", "Tue 11:00 rosa", "Wed 11:00 rosa"]


def test_other_days_at_the_time_of_day_that_was_wanted() -> None:
    directory = salon("anna", overrides=(DateOverride("place", MONDAY),), hours=every_day(540, 960))
    taken = busy("anna", utc(TUESDAY, 14))
    assert offered(directory, wish(earliest=840, latest=840), utc(MONDAY, 14), taken) == [
        "Sun 14:00 anna",
        "Tue 15:00 anna",
        "Wed 14:00 anna",
    ]


def test_the_day_after_comes_before_the_day_before() -> None:
    directory = salon("anna", overrides=(DateOverride("place", MONDAY),))
    assert offered(directory, wish(), utc(MONDAY, 11), most=1) == ["Tue 11:00 anna"]
    assert offered(directory, wish(), utc(MONDAY, 11), most=2) == ["Sun 11:00 anna", "Tue 11:00 anna"]


def test_no_time_was_named() -> None:
    directory = salon("anna", hours=every_day(540, 1080))
    assert offered(directory, wish(), None) == ["Mon 9:00 anna", "Mon 13:00 anna", "Mon 17:00 anna"]
    assert offered(directory, wish(), None, most=1) == ["Mon 9:00 anna"]
    assert offered(directory, wish(earliest=780), None, most=2) == ["Mon 13:00 anna", "Mon 17:00 anna"]


def test_no_time_was_named_and_the_day_is_full() -> None:
    taken = busy("anna", utc(MONDAY, 9), 240)
    assert offered(salon("anna"), wish(), None, taken) == ["Sun 9:00 anna", "Tue 9:00 anna", "Wed 9:00 anna"]


def test_a_full_afternoon_is_answered_with_the_rest_of_the_day() -> None:
    directory = salon("anna", hours=every_day(540, 1080))
    taken = busy("anna", utc(MONDAY, 13), 300)
    assert offered(directory, wish(earliest=780, latest=1020), None, taken) == [
        "Mon 10:00 anna",
        "Mon 11:00 anna",
        "Mon 12:00 anna",
    ]


def test_any_day_of_a_week() -> None:
    week = wish(MONDAY, MONDAY + timedelta(days=6))
    assert offered(salon("anna"), week, None) == ["Mon 9:00 anna", "Thu 10:00 anna", "Sun 12:00 anna"]


def test_the_search_goes_on_to_the_horizon_and_stops_there() -> None:
    last = NOW.date() + timedelta(days=60)
    only = (Hours("anna", 0, 0, 0), Hours("place", 0, 540, 780))
    free = DateOverride("anna", last, ((540, 600),))
    directory = salon("anna", hours=only, overrides=(free, DateOverride("place", last, ((540, 780),))), horizon_days=60)
    assert [one.starts_at for one in found(directory, wish(), utc(MONDAY, 11))] == [utc(last, 9)]
    calendar = Fixed(())
    desk = Desk(salon("anna", hours=only, horizon_days=60), calendar, "bot", "key", NOW)  # type: ignore[arg-type]
    assert asyncio.run(desk.alternatives(wish(), utc(MONDAY, 11))) == []
    assert 61 <= sum(calendar.reads) < 61 + 2 * len(calendar.reads)  # every day once, and the night after each window


def test_no_more_is_read_than_is_needed() -> None:
    calendar = Fixed(())
    directory = salon("anna", overrides=(DateOverride("place", MONDAY),))
    desk = Desk(directory, calendar, "bot", "key", NOW)  # type: ignore[arg-type]
    assert len(asyncio.run(desk.alternatives(wish(), utc(MONDAY, 11)))) == 3
    assert sum(calendar.reads) <= 9


def test_the_small_hours_are_near_the_evening_before() -> None:
    directory = salon("anna", hours=(Hours("place", 5, 20 * 60, 26 * 60), Hours("place", 6, 20 * 60, 24 * 60)))
    sunday = MONDAY - timedelta(days=1)
    at_one = wish(sunday, earliest=90, latest=90)
    assert offered(directory, at_one, utc(sunday, 1, 30)) == ["Sun 0:00 anna", "Sun 1:00 anna", "Sun 20:00 anna"]


def test_what_was_wanted_has_passed() -> None:
    now = utc(MONDAY, 11, 30)
    directory = salon("anna")
    assert [shown(directory, one) for one in found(directory, wish(), utc(MONDAY, 9), now=now)][:1] == ["12:00 anna"]


def test_a_wish_in_the_past_and_one_beyond_the_horizon_are_answered_from_the_edges() -> None:
    directory = salon("anna", horizon_days=10)
    long_ago = NOW.date() - timedelta(days=5)
    assert {one.starts_at.date() for one in found(directory, wish(long_ago), utc(long_ago, 11))} == {
        NOW.date() + timedelta(days=day) for day in range(3)
    }
    far = NOW.date() + timedelta(days=50)
    assert {one.starts_at.date() for one in found(directory, wish(far), utc(far, 11))} == {
        NOW.date() + timedelta(days=10 - day) for day in range(3)
    }


def test_what_is_not_offered_has_no_alternatives() -> None:
    with pytest.raises(NotOffered):
        found(salon("anna"), wish(services=("shave",)), utc(MONDAY, 11))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(("anna", "rosa")), st.integers(0, 120), st.integers(30, 900)), max_size=30),
    st.integers(8, 14),
    st.sampled_from((None, "anna")),
    st.integers(1, 5),
)
def test_alternatives_are_openings_few_different_and_in_order(
    taken: list[tuple[str, int, int]], hour: int, who: str | None, most: int
) -> None:
    directory = salon("anna", "rosa", horizon_days=6)
    rows = [busy(owner, utc(NOW.date(), 9) + timedelta(hours=at), minutes) for owner, at, minutes in taken]
    what = wish(staff_id=who, earliest=hour * 60, latest=hour * 60)
    answer = found(directory, what, utc(MONDAY, hour), *rows, most=most)
    assert answer == found(directory, what, utc(MONDAY, hour), *reversed(rows), most=most)
    assert len(answer) <= most
    assert len({(one.starts_at, one.staff_id) for one in answer}) == len(answer)
    assert [one.starts_at for one in answer] == sorted(one.starts_at for one in answer)
    days = [NOW.date() + timedelta(days=day) for day in range(7)]
    everything: set[tuple[datetime, str | None]] = set()
    for person in ("anna", "rosa"):
        whole = wish(days[0], days[-1], staff_id=person)
        desk = Desk(directory, Fixed(rows), "bot", "key", NOW)  # type: ignore[arg-type]
        everything |= {(one.starts_at, one.staff_id) for one in asyncio.run(desk.openings(whole))}
    assert {(one.starts_at, one.staff_id) for one in answer} <= everything
    if len(everything) >= 40:  # much is free: nobody goes without
        assert len(answer) == most
    same_day = sorted(
        abs(start - utc(MONDAY, hour))
        for start, person in everything
        if start.date() == MONDAY and who in {None, person}
    )
    if same_day:  # the very nearest is always among them
        assert same_day[0] in {abs(one.starts_at - utc(MONDAY, hour)) for one in answer}


@pytest.mark.parametrize("on", [date.min, date.max, date(2020, 1, 1), date(2040, 1, 1)])
def test_any_date_there_is(on: date) -> None:
    assert len(found(salon("anna", horizon_days=5), wish(on), None)) == 3
