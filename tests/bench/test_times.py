"""The score board of times: what it reads, how it settles by habit, what it counts and what it refuses."""

import json
from datetime import date, datetime

import pytest

from bench import times
from bench.times import BadCase, Case, Moment, Reader, measure, read_cases, score, settled, why
from dialogs.understanding.commands import Clarify, Correct, Day, Invalid, Seek, Set, Shift, TimeOfDay
from dialogs.understanding.lexicon import languages
from tests.bench.measured import line_of

NOW = datetime(2026, 11, 20, 16, 30)  # noqa: DTZ001 - the cases are local wall times
TODAY, TOMORROW, MONDAY = date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 23)


def on(day, last=None):
    return Set("date", Day(day, last or day))


def at(earliest, latest=None, **more):
    return Set("time", TimeOfDay(earliest, latest or earliest, **more))


@pytest.mark.parametrize(
    ("commands", "moment"),
    [
        ([], Moment()),
        ([on(MONDAY)], Moment(MONDAY)),
        ([on(MONDAY, date(2026, 11, 29))], Moment(MONDAY)),
        ([at(300, halves=True)], Moment(TODAY, 1020)),
        ([at(180, halves=True)], Moment(TOMORROW, 180)),
        ([at(900)], Moment(TOMORROW, 900)),
        ([at(1020)], Moment(TODAY, 1020)),
        ([at(1440)], Moment(TOMORROW, 0)),
        ([on(MONDAY), at(300, halves=True)], Moment(MONDAY, 300)),
        ([on(MONDAY), at(1440)], Moment(date(2026, 11, 24), 0)),
        ([on(TODAY), at(600)], Moment(TOMORROW, 600)),
        ([at(1020, 1439)], Moment(TODAY, 1020)),
        ([at(360, 719)], Moment(TOMORROW, 360)),
        ([on(TOMORROW), Correct("date", Day(MONDAY, MONDAY))], Moment(MONDAY)),
        ([Clarify("date", (Day(TODAY, TODAY), Day(MONDAY, MONDAY)))], Moment()),
        ([Invalid("date", "31 February")], Moment()),
        ([Seek("earliest")], Moment(TODAY)),
        ([Shift("date", 3)], Moment(MONDAY)),
        ([Shift("time", 60)], Moment()),
    ],
)
def test_habit_settles_what_no_business_does(commands, moment):
    assert settled(commands, NOW) == moment


def test_a_day_that_is_counted_from_now_is_at_the_hour_it_was_said():
    assert settled([on(MONDAY)], NOW, counted=True) == Moment(MONDAY, NOW.hour * 60)
    assert settled([on(MONDAY), at(1020)], NOW, counted=True) == Moment(MONDAY, 1020)
    reader = Reader()
    assert reader.counted(Case("en", NOW, "in 7 days", None, None))
    assert not reader.counted(Case("en", NOW, "next Friday", None, None))


def written(path, *lines):
    path.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines), encoding="utf-8")
    return path


def case(text, day, time=None, language="en", now="2026-11-20T16:30:00"):
    return {"language": language, "now": now, "text": text, "date": day} | ({"time": time} if time else {})


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 2"),
        ("[]", "line 2"),
        ({"language": "en", "now": "2026-11-20T16:30:00", "date": "2026-11-20"}, "line 2: text is missing"),
        (case("today", "2026-11-20", now="today"), "line 2"),
        (case("today", "yesterday"), "line 2"),
        (case("today", "2026-11-20", "noon"), "line 2"),
    ],
)
def test_a_line_that_is_no_case_is_named(tmp_path, line, said):
    with pytest.raises(BadCase, match=said):
        read_cases(written(tmp_path / "cases.jsonl", case("today", "2026-11-20"), line))


def test_a_file_without_cases_is_refused(tmp_path):
    with pytest.raises(BadCase, match="has no cases"):
        read_cases(written(tmp_path / "cases.jsonl", ""))


def test_what_is_right_is_counted_by_language_and_part(tmp_path):
    cases = read_cases(
        written(
            tmp_path / "cases.jsonl",
            case("tomorrow", "2026-11-21"),
            case("tomorrow at 5pm", "2026-11-21", "17:00"),
            case("tomorrow at 5pm", "2026-11-21", "16:00", now="2026-11-20T09:00:00"),
            case("tomorrow", "2028-03-01", now="2028-02-29T23:59:00"),
            case("today", "2026-11-21"),
            case("mañana a las 17:00", "2026-11-21", "17:00", language="es"),
            case("morgen", "2026-11-21", language="xx"),
        )
    )
    understood, moments, taken = measure(cases, rounds=1)
    line = score(cases, moments, taken)
    assert (line["right"], line["cases"]) == (round(4 / 7, 4), 7)
    assert line["by_language"] == {"en": 0.6, "es": 1.0, "xx": 0.0}
    assert line["seen"]["cases"] + line["unseen"]["cases"] == 7
    told = [why(*each, languages()) for each in zip(cases, moments, understood, strict=True)]
    assert told[-1] == "language"
    assert told[2] == "time"
    assert told[4] == "day"
    assert all(one > 0 for one in taken)


def test_a_third_is_set_aside_by_its_hash():
    apart = [times.Case("en", NOW, str(number), None, None).unseen for number in range(3000)]
    assert 900 < sum(apart) < 1100


def test_the_command_prints_one_line(tmp_path):
    path = written(tmp_path / "cases.jsonl", case("tomorrow", "2026-11-21"), case("hoy", "2026-11-20", language="es"))
    line = line_of("times", str(path))
    assert (line["right"], line["cases"]) == (1.0, 2)
    assert line["ms_median"] > 0
    assert line_of("times", str(path), "--language", "es")["by_language"] == {"es": 1.0}
