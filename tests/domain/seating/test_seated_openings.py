"""Openings of tables: direct fits as everywhere, re-seated ones beside them, with moves as the store wants them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from domain.availability import Wish, openings
from domain.bookings import Booking, Status
from domain.businesses import Hours, Join
from domain.hours import floor_minute
from domain.occupancy import Block, Busy, Count
from domain.seating.evening import Evening, evening_of
from domain.seating.openings import seated_openings
from tests.domain.seating.houses import DAY, NOW, house, table


def at(hour, minute=0):
    return datetime(DAY.year, DAY.month, DAY.day, hour, minute, tzinfo=UTC)


def booking(name, size, hour, minute=0, minutes=90, **more):
    more = {"status": Status.CONFIRMED, **more}
    starts = at(hour, minute)
    return Booking(
        id=name, business_id="biz", place_id="place", customer_id="c", items=(), starts_at=starts,
        ends_at=starts + timedelta(minutes=minutes), created_at=NOW, party_size=size, name=name, **more,
    )  # fmt: skip


def taken(*rows):
    """(table, booking or hold, its minutes before and after) as engines read them."""
    found = {}
    for table_id, one, *buffers in rows:
        before, after = buffers or (0, 0)
        found.setdefault(table_id, []).append(
            Block(floor_minute(one.starts_at) - before, floor_minute(one.ends_at) + after, one.id, 0)
        )
    return found


def wish(size, earliest=17, latest=22, **more):
    return Wish("place", ("table",), DAY, DAY, party_size=size, earliest=earliest * 60, latest=latest * 60, **more)


def shown(found):
    return [(f"{one.starts_at:%H:%M}", one.resource_ids, len(one.moves)) for one in found]


HOUSE = house(table("a", 2), table("b", 4), table("c", 4))


def test_without_anybody_they_are_the_openings_of_the_engine():
    found = seated_openings(HOUSE, wish(3), Evening(), NOW, {})
    assert [(one.take, one.starts_at) for one in found] == [
        (one.take, one.starts_at) for one in openings(HOUSE, wish(3), [], NOW)
    ]
    assert found[0].reasons == ("fits",)


def test_two_change_tables_so_that_four_can_sit():
    two, other = booking("two", 2, 19), booking("other", 4, 19, minutes=105)
    evening = evening_of([two, other], taken(("b", two), ("c", other)), NOW, HOUSE.business.policies)
    found = seated_openings(HOUSE, wish(4, 19, 19), evening, NOW, {})
    assert shown(found) == [("19:00", ("b",), 1)]
    (move,) = found[0].moves
    assert (move.booking_id, move.was, move.resource_ids) == ("two", ("b",), ("a",))
    assert (move.starts_at, move.ends_at) == (two.starts_at, two.ends_at)
    assert found[0].reasons == ("fits", "reseats:1")


def test_a_move_keeps_the_buffers_of_the_rows():
    directory = house(table("a", 2), table("b", 4), service={"buffer_after": 15})
    two = booking("two", 2, 19)
    evening = evening_of([two], taken(("b", two, 5, 15)), NOW, directory.business.policies)
    (found,) = seated_openings(directory, wish(4, 19, 19), evening, NOW, {})
    assert (found.moves[0].starts_at, found.moves[0].ends_at) == (at(18, 55), at(20, 45))
    assert (found.blocks_until - found.starts_at) == timedelta(minutes=120)


def test_who_is_promised_present_accessible_or_about_to_come_stays():
    directory = house(table("a", 2), table("b", 4), minimum_notice=timedelta(0))
    two = booking("two", 2, 19)

    def found(one, now=NOW):
        evening = evening_of([one], taken(("b", one)), now, directory.business.policies)
        return shown(seated_openings(directory, wish(4, 19, 19), evening, now, {}))

    assert found(two) == [("19:00", ("b",), 1)]
    assert found(replace(two, pinned=True)) == []
    assert found(replace(two, status=Status.SEATED)) == []
    assert found(replace(two, features=("accessible",))) == []
    assert found(replace(two, party_size=None)) == []
    assert found(two, at(17)) == []
    assert found(two, at(16, 59)) == [("19:00", ("b",), 1)]


def test_a_house_that_never_re_seats_offers_direct_fits_alone():
    directory = house(table("a", 2), table("b", 4), seating="fixed")
    two = booking("two", 2, 19)
    evening = evening_of([two], taken(("b", two)), NOW, directory.business.policies)
    assert shown(seated_openings(directory, wish(4, 18, 21), evening, NOW, {})) == [
        ("20:30", ("b",), 0),
        ("21:00", ("b",), 0),
    ]


def test_what_was_wished_and_given_is_not_taken_away():
    directory = house(table("a", 2), table("b", 4, features=("window",)), table("w", 2, features=("window",)))
    two = booking("two", 2, 19, features=("window",))
    evening = evening_of([two], taken(("b", two)), NOW, directory.business.policies)
    (found,) = seated_openings(directory, wish(4, 19, 19), evening, NOW, {})
    assert found.moves[0].resource_ids == ("w",)
    other = booking("other", 2, 19)
    evening = evening_of([two, other], taken(("b", two), ("w", other)), NOW, directory.business.policies)
    (found,) = seated_openings(directory, wish(4, 19, 19), evening, NOW, {})
    assert {(one.booking_id, one.resource_ids) for one in found.moves} == {("two", ("w",)), ("other", ("a",))}


def test_nobody_is_moved_out_of_doors_or_to_what_is_kept_for_the_house():
    two = booking("two", 2, 19)
    for kept in (table("o", 2, features=("outdoor",)), table("h", 2, online=False)):
        directory = house(table("b", 4), kept)
        evening = evening_of([two], taken(("b", two)), NOW, directory.business.policies)
        assert seated_openings(directory, wish(4, 19, 19), evening, NOW, {}) == []


def test_holds_and_what_staff_keep_stay_where_they_are_and_what_is_over_is_gone():
    directory = house(table("a", 2), table("b", 4))
    rows = {"b": [Block(floor_minute(at(19)), floor_minute(at(20)), "hold", floor_minute(NOW) + 10)]}

    def found(now, without=()):
        evening = evening_of([], rows, now, directory.business.policies, without)
        return shown(seated_openings(directory, wish(4, 19, 19), evening, now, {}))

    assert found(NOW) == []
    assert found(NOW, ("hold",)) == [("19:00", ("b",), 0)]
    assert found(NOW + timedelta(minutes=10)) == [("19:00", ("b",), 0)]


def test_a_re_seated_start_keeps_the_pace_of_the_kitchen():
    directory = house(table("a", 2), table("b", 4), pacing=6)
    two = booking("two", 2, 19)
    evening = evening_of([two], taken(("b", two)), NOW, directory.business.policies)
    (found,) = seated_openings(directory, wish(4, 19, 19), evening, NOW, {("pace:place", at(19)): 2})
    assert found.counts == (Count("pace:place", at(19), 4, 6),)
    assert seated_openings(directory, wish(4, 19, 19), evening, NOW, {("pace:place", at(19)): 3}) == []


def test_a_table_with_hours_of_its_own_takes_nobody_when_it_is_closed():
    directory = house(table("a", 2), table("b", 4))
    directory = replace(directory, hours=(*directory.hours, *(Hours("a", day, 17 * 60, 20 * 60) for day in range(7))))
    two = booking("two", 2, 19)
    evening = evening_of([two], taken(("b", two)), NOW, directory.business.policies)
    assert seated_openings(directory, wish(4, 19, 19), evening, NOW, {}) == []
    early = booking("two", 2, 18)
    evening = evening_of([early], taken(("b", early)), NOW, directory.business.policies)
    assert shown(seated_openings(directory, wish(4, 18, 18), evening, NOW, {})) == [("18:00", ("b",), 1)]


def test_a_join_is_an_opening_of_both_tables_and_says_so():
    directory = house(table("a", 2), table("b", 2), joins=(Join("ab", ("b", "a"), 3, 4),))
    (found,) = seated_openings(directory, wish(4, 19, 19), Evening(), NOW, {})
    assert found.resource_ids == ("a", "b")
    assert found.reasons == ("fits", "joins:2")


def test_every_offered_start_can_be_had_after_its_moves():
    """Laid out again as rows, moves and opening never meet."""
    two, other, late = booking("two", 2, 18), booking("other", 2, 19, 30), booking("late", 4, 20, minutes=105)
    rows = taken(("b", two), ("c", other), ("b", late))
    evening = evening_of([two, other, late], rows, NOW, HOUSE.business.policies)
    found = seated_openings(HOUSE, wish(4), evening, NOW, {})
    assert any(one.moves for one in found)
    for one in found:
        goes = {move.booking_id: move.resource_ids for move in one.moves}
        busy = [
            Busy(table_id, each.starts_at, each.ends_at)
            for each in (two, other, late)
            for table_id in goes.get(
                each.id, tuple(key for key, blocks in rows.items() if any(b.owner == each.id for b in blocks))
            )
        ]
        busy += [Busy(table_id, one.blocks_from, one.blocks_until) for table_id in one.resource_ids]
        for this in busy:
            assert not any(
                this is not that
                and this.resource_id == that.resource_id
                and this.starts_at < that.ends_at
                and that.starts_at < this.ends_at
                for that in busy
            )
