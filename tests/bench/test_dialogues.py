"""The score board of booking dialogues: what the other assistant said becomes state, and scores are what they say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from bench import dialogues
from bench.assistant import Assistant
from dialogs.state import State
from dialogs.understanding.commands import Day, TimeOfDay

if TYPE_CHECKING:
    from pathlib import Path

DIRECTORY = {"Houses": {"providers": ["Oriel Kitchen", "Tallow & Reed"], "places": ["Port Ellery", "Lower Quay"]}}


def act(name: str, slot: str = "", *values: str) -> dict[str, Any]:
    return {"act": name, "slot": slot, "values": list(values)}


def turn(user: str, *acts: dict[str, Any], **goal: Any) -> dict[str, Any]:
    return {"bot": "", "bot_acts": list(acts), "user": user, "acts": [], "intent": "", "goal": goal}


BOOKED = {"place": "Port Ellery", "provider": "Oriel Kitchen", "date": "2019-03-08", "time": "19:00", "party_size": 2}
DIALOGUE = {
    "id": "a",
    "kind": "table",
    "service": "Houses",
    "today": "2019-03-01",
    "turns": [
        turn("Somewhere to eat in Port Ellery", place="Port Ellery"),
        turn(
            "Do they have a terrace?",
            act("OFFER", "provider", "Oriel Kitchen"),
            act("OFFER", "place", "Port Ellery"),
            place="Port Ellery",
        ),
        turn(
            "Fine, book it for next Friday at 7",
            act("INFORM", "has_terrace", "True"),
            place="Port Ellery",
            provider="Oriel Kitchen",
            date="2019-03-08",
            time="19:00",
        ),
        turn(
            "yes please",
            act("CONFIRM", "provider", "Oriel Kitchen"),
            act("CONFIRM", "time", "19:00"),
            act("CONFIRM", "date", "2019-03-08"),
            **BOOKED,
        ),
    ],
    "bookings": [{"after_turn": 3, **BOOKED}],
}


def written(folder: Path, *found: dict[str, Any] | str) -> tuple[Path, Path]:
    """Write a file of dialogues and one of businesses."""
    lines, directory = folder / "some.jsonl", folder / "directory.json"
    lines.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in found), encoding="utf-8")
    directory.write_text(json.dumps(DIRECTORY), encoding="utf-8")
    return lines, directory


def test_a_dialogue_is_understood_turn_by_turn(tmp_path: Path) -> None:
    lines, directory = written(tmp_path, DIALOGUE)
    scores = dialogues.run([lines], directory)
    assert scores["joint_goal_accuracy"] == 1
    assert scores["changed_turn_accuracy"] == 1
    assert scores["exact_bookings"] == scores["exact_unspelled"] == 1
    assert scores["slots"]["time"] == {"precision": 1, "recall": 1}
    assert scores["ms_per_turn_median"] > 0


def test_what_is_missed_invented_or_wrong_costs_what_it_should(tmp_path: Path) -> None:
    wrong = json.loads(json.dumps(DIALOGUE))
    wrong["turns"][2]["goal"]["time"] = wrong["turns"][3]["goal"]["time"] = wrong["bookings"][0]["time"] = "20:00"
    wrong["turns"][0]["goal"] = {}
    lines, directory = written(tmp_path, wrong)
    scores = dialogues.run([lines], directory)
    assert scores["joint_goal_accuracy"] == 0.25
    assert scores["exact_bookings"] == 0
    assert scores["slots"]["time"] == {"precision": 0, "recall": 0}
    assert scores["slots"]["place"]["recall"] == 1
    assert scores["slots"]["place"]["precision"] < 1


def test_the_answers_are_not_looked_at(tmp_path: Path) -> None:
    """The same words with other labels are understood alike."""
    other = json.loads(json.dumps(DIALOGUE))
    for one in other["turns"]:
        one["goal"], one["acts"], one["intent"] = {}, ["NEGATE"], "Nothing"
    made = dialogues.Businesses(DIRECTORY).catalogue("Houses", "table")
    assert [one.goal for one in dialogues.understand(other, made)] == [
        one.goal for one in dialogues.understand(DIALOGUE, made)
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "line 2"),
        ('{"id": "b"}', "lacks"),
        (json.dumps({**DIALOGUE, "service": "Elsewhere"}), "no service 'Elsewhere'"),
        (json.dumps({**DIALOGUE, "kind": "boat"}), "kind is 'boat'"),
        (json.dumps({**DIALOGUE, "today": "soon"}), "line 2"),
        (json.dumps({**DIALOGUE, "turns": [{"user": "hi"}]}), "turn 0 lacks bot"),
        (json.dumps({**DIALOGUE, "bookings": [{"after_turn": 9}]}), "after turn 9"),
    ],
)
def test_a_line_that_is_no_dialogue_is_named(tmp_path: Path, line: str, why: str) -> None:
    lines, directory = written(tmp_path, DIALOGUE, line)
    with pytest.raises(SystemExit, match=why):
        dialogues.main([str(lines), "--directory", str(directory)])


def test_a_summary_says_what_nobody_has_spoken_of() -> None:
    """Where nobody said a day or how many, the summary is for today, and a table for two."""
    state, assistant = State(), Assistant()
    state.slots.time = TimeOfDay(1140, 1140)
    usual = {"date": "today", "party_size": 2}
    assistant.say([act("CONFIRM", "time", "20:00"), act("CONFIRM", "date", "2019-03-04")], state, usual)
    (day,) = {Day(*[dialogues.date(2019, 3, 4)] * 2)}
    assert assistant.summary == {"date": day, "party_size": 2, "time": TimeOfDay(1200, 1200)}
    assert state.asked == "confirm"


def test_an_answer_beside_leaves_what_was_offered() -> None:
    state, assistant = State(), Assistant()
    assistant.say([act("OFFER", "provider", "Oriel Kitchen")], state, {})
    assistant.say([act("INFORM", "phone_number", "1")], state, {})
    assert state.offer is not None
    assert state.offer.kind == "staff"
    assistant.say([act("NOTIFY_SUCCESS")], state, {})
    assert state.offer is None


def test_a_third_is_set_aside_by_its_id() -> None:
    share = sum(dialogues.set_aside(str(number)) for number in range(3000)) / 3000
    assert 0.3 < share < 0.37
