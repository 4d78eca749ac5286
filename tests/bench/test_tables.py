"""The bench of tables: its evenings are drawn from their seeds, its optimum is one, its line says what was measured."""

import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import product

import pytest

from bench import floor, tables
from bench.evenings import CLOSES, HOUSES, LAST_START, OPENS, Night, Request, expected_requests, house, night, nights
from bench.optimum import DUAL, MIP, optimum_of
from bench.served import serve
from bench.tables import Question, play
from domain.seating import optimizer
from domain.seating.evening import Evening, Party
from domain.seating.layout import layout_of
from tests.bench.measured import line_of
from tests.domain.seating.houses import overlaps, seats_everybody

HOUSE = house()
LAYOUT = layout_of(HOUSE, "place")
SMALL = house("bistro")


def question(policy, **more):
    return Question(**{"kind": "bistro", "load": 1.3, "policy": policy, "dial": 1.0, "forecast_error": 0.0,
                       "engine": "python", "check": False, **more})  # fmt: skip


def test_an_evening_follows_from_its_seed():
    assert night(HOUSE, 1.3, 1) == night(HOUSE, 1.3, 1) != night(HOUSE, 1.3, 2)
    assert nights(HOUSE, 0.9, 2) == nights(HOUSE, 0.9, 3)[:2]


def test_evenings_are_drawn_as_they_are_described():
    assert [len(house(kind).resources) for kind in HOUSES] == [12, 20, 60]
    assert sum(one.max_party for one in HOUSE.resources) == 76
    assert len(HOUSE.joins) == 8
    drawn = [one for each in nights(HOUSE, 1.3, 30) for one in each.requests]
    assert {one.starts % 15 for one in drawn} == {0}
    assert min(one.starts for one in drawn) >= OPENS
    assert max(one.starts for one in drawn) <= LAST_START
    asked = sum(one.size * (one.ends - one.starts) for one in drawn) / 30
    assert 1.3 < asked / (76 * (CLOSES - OPENS)) < 1.35
    assert abs(len(drawn) / 30 / expected_requests(HOUSE, 1.3) - 1) < 0.05
    assert 0.05 < sum(not one.comes for one in drawn) / len(drawn) < 0.15
    assert 0.4 < sum(one.size == 2 for one in drawn) / len(drawn) < 0.52


@pytest.mark.parametrize("policy", tables.POLICIES)
def test_what_a_policy_accepts_can_be_seated(policy):
    drawn = night(SMALL, 1.3, 3)
    played = play(question(policy), drawn)
    assert overlaps(played.evening) == []
    assert seats_everybody(SMALL, played.evening)
    assert played.accepted == len(played.evening.parties)
    assert played.covers == sum(one.size for one in played.evening.parties)
    assert played.accepted + played.refused == len(drawn.requests)
    assert (played.moved > 0) == (policy in {"late", "protect"} and played.reseats > 0)


def test_late_refuses_nobody_whom_it_finds_a_seating_for():
    """On small evenings its search is complete: whoever is refused could not be seated."""
    drawn = night(SMALL, 0.7, 5)
    played = play(question("late", check=True), drawn)
    assert played.refused > 0
    assert played.seatable == 0
    assert play(question("best_fit", check=True), drawn).seatable > 0


def request(number, size, starts, ends, **more):
    return replace(Request(number, size, starts, ends, True, ends - starts), **more)


def test_the_optimum_is_what_trying_everything_finds():
    """One table of two, one of four; the best is to refuse the first who asks."""
    directory = replace(
        SMALL, resources=tuple(one for one in SMALL.resources if one.id in {"t2-01", "t4-01"}), joins=()
    )
    layout = layout_of(directory, "place")
    requests = [
        request(0, 2, 1080, 1170), request(1, 2, 1080, 1170), request(2, 4, 1095, 1200), request(3, 3, 1185, 1290),
        request(4, 2, 1170, 1260), request(5, 4, 1200, 1305),
    ]  # fmt: skip
    best = 0
    for way in product(("", "t2-01", "t4-01"), repeat=len(requests)):
        seated = [
            Party(str(one.number), one.size, one.starts, one.ends, (table,))
            for one, table in zip(requests, way, strict=True)
            if table
        ]
        evening = Evening(tuple(seated))
        if seats_everybody(directory, evening) and not overlaps(evening):
            best = max(best, sum(one.size for one in seated))
    found = optimum_of(layout, directory.business.policies, Night(0, tuple(requests), ()))
    if optimizer.is_installed():
        assert (found.covers, found.method, found.is_proven, found.is_laid_out) == (best, MIP, True, True)
    else:
        assert best <= found.covers <= best * 1.25
        assert found.method == DUAL


def test_the_dual_is_a_bound_and_a_close_one(monkeypatch):
    if not optimizer.is_installed():
        pytest.skip("OR-Tools is not installed: pip install 'frontdesk[optimizer]'")
    drawn = night(HOUSE, 1.3, 7)
    exact = optimum_of(LAYOUT, HOUSE.business.policies, drawn)
    monkeypatch.setattr("bench.optimum.optimizer.is_installed", lambda: False)
    bound = optimum_of(LAYOUT, HOUSE.business.policies, drawn)
    assert exact.covers <= bound.covers + 1e-6
    assert bound.covers < exact.covers * 1.06
    assert (exact.method, bound.method) == (MIP, DUAL)


def seated(*parties):
    return Evening(tuple(parties))


def test_a_night_is_played_with_those_who_stay_and_those_who_stay_away():
    one = request(0, 2, 1080, 1170, stays=120)
    other = request(1, 2, 1170, 1260)
    directory = replace(SMALL, resources=SMALL.resources[:1], joins=())
    layout = layout_of(directory, "place")
    evening = seated(Party("0", 2, 1080, 1170, ("t2-01",)), Party("1", 2, 1170, 1260, ("t2-01",)))
    late = serve(layout, Night(0, (one, other), ()), evening)
    assert (late.came, late.late) == (2, 1)
    away = serve(layout, Night(0, (replace(one, comes=False), other), ()), evening)
    assert (away.came, away.late) == (1, 0)
    walking = (request(0, 2, 1085, 1175),)
    assert serve(layout, Night(0, (one, other), walking), evening).turned_away == 1
    assert serve(layout, Night(0, (replace(one, comes=False), other), walking), evening).turned_away == 1
    assert serve(layout, Night(0, (replace(one, comes=False),), walking), seated(evening.parties[0])).walked_in == 1
    assert serve(layout, Night(0, (), walking), Evening()).walked_in == 1


def test_the_command_prints_one_line():
    line = line_of("tables", "--nights", 2, "--load", 0.5, "--policy", "late", "--house", "bistro")
    assert (line["bench"], line["policy"], line["nights"]) == ("tables", "late", 2)
    assert 0.5 < line["best_fit"] <= line["share"] + 0.2 <= 1.2
    assert line["refused_though_seatable"] == 0
    assert line["share_95"][0] <= line["share"] <= line["share_95"][1]
    assert line["direct_cpu_ms_p99"] > 0
    protected = line_of(
        "tables", "--nights", 1, "--load", 1.3, "--policy", "protect", "--house", "bistro", "--forecast-error", 0.2
    )
    assert (protected["dial"], protected["forecast_error"]) == (1.0, 0.2)
    assert protected["price_cpu_ms_p99"] > 0


@pytest.mark.parametrize("wrong", [["--nights", "0"], ["--load", "0"], ["--dial", "2"], ["--forecast-error", "1"]])
def test_what_cannot_be_measured_is_refused(wrong, capsys):
    with pytest.raises(SystemExit):
        tables.main(wrong)
    assert wrong[0] in capsys.readouterr().err


def test_the_floor_is_drawn_with_everybody_and_the_reasons(tmp_path, capsys):
    """The picture in the documentation is this one."""
    path = tmp_path / "floor.svg"
    floor.main([str(path)])
    text = path.read_text(encoding="utf-8")
    drawn = ET.fromstring(text)
    space = "{http://www.w3.org/2000/svg}"
    words = " ".join(one.text or "" for one in drawn.iter(f"{space}text"))
    assert len([one for one in drawn.iter(f"{space}path") if one.get("class") == "arrow"]) == 2
    assert len([one for one in drawn.iter(f"{space}rect") if one.get("class", "").startswith("table")]) == 24
    assert "2 parties have changed tables" in words
    assert words.count(" goes from ") == 2
    assert "They make room for a party that could not sit otherwise." in words
    assert "prefers-color-scheme:dark" in text
    assert '"moves": 2' in capsys.readouterr().out
    assert text == (floor.ROOT / "docs/images/reseat.svg").read_text(encoding="utf-8")
