"""Reading transcripts."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.chat.parser import BadTranscript, header, parse
from tests.chat.scene import Beat, Direction, Says, Taps, Writes

SCENE = "A fully booked evening · bistro · whatsapp · Fri 20 Nov 2026 10:00 Europe/Lisbon"


def beats(text: str) -> list[Beat]:
    return [part for part in parse(f"{SCENE}\n\n{text}").parts if isinstance(part, Beat)]


def test_the_first_line_sets_the_scene() -> None:
    scene = header(SCENE + " · needs: buttons · everywhere")
    assert (scene.title, scene.business, scene.channel) == ("A fully booked evening", "bistro", "whatsapp")
    assert scene.at == datetime(2026, 11, 20, 10, 0, tzinfo=ZoneInfo("Europe/Lisbon"))
    assert scene.needs == {"buttons"}
    assert scene.everywhere


@pytest.mark.parametrize(
    "line",
    [
        "",
        "A title",
        SCENE.replace("Fri", "Sat"),
        SCENE.replace("Nov", "Now"),
        SCENE + " · quickly",
    ],
)
def test_a_scene_that_cannot_be_is_refused(line: str) -> None:
    with pytest.raises(BadTranscript, match="line 1"):
        header(line)


def test_lines_of_people_are_input_and_the_rest_is_expected() -> None:
    (first, second) = beats(
        "Ana: a table for 2?\nBot: When?\n     [today] [tomorrow]\n     ~ collecting  party_size=2\nAna: [tomorrow]\n"
    )
    assert first.inputs == [Says("Ana: a table for 2?", "Ana", "a table for 2?")]
    assert second.inputs == [Taps("Ana: [tomorrow]", "Ana", "tomorrow")]


def test_lines_of_one_person_without_an_answer_between_are_a_burst() -> None:
    (burst, other) = beats("Ana: hi\nAna: a haircut\nAna: tomorrow\nBen: hello\n")
    assert [one.line for one in burst.inputs] == ["Ana: hi", "Ana: a haircut", "Ana: tomorrow"]
    assert other.inputs[0].person == "Ben"


@pytest.mark.parametrize("between", ["", "Bot: hi", "     ~ greeting", "(2 hours later)"])
def test_anything_between_ends_a_burst(between: str) -> None:
    spoken = [beat for beat in beats(f"Ana: hi\n{between}\nAna: a haircut\n") if beat.inputs]
    assert [len(beat.inputs) for beat in spoken] == [1, 1]


def test_a_message_of_several_lines_is_one_message() -> None:
    (beat,) = beats("Ana: hi\n     a haircut\n       please\nBot: Sure.\n     When?\n")
    assert [(one.person, one.text) for one in beat.inputs if isinstance(one, Says)] == [
        ("Ana", "hi\na haircut\n  please")
    ]
    assert beat.lines == ["Ana: hi\n     a haircut\n       please"]


def test_directions_meanwhile_belong_to_the_message_before() -> None:
    (beat,) = beats("Ana: yes\n(while the bot thinks, Rosa takes over)\n     ~ owner=human\n")
    assert beat.meanwhile == [
        Direction("(while the bot thinks, Rosa takes over)", "while the bot thinks, Rosa takes over")
    ]


def test_other_directions_and_staff_stand_alone() -> None:
    (first, second) = beats("(Rosa takes over)\nRosa (staff): Hello!\n")
    assert first.other == Direction("(Rosa takes over)", "Rosa takes over")
    assert second.other == Writes("Rosa (staff): Hello!", "Rosa", "Hello!")


def test_a_line_of_nobody_is_refused_with_its_number() -> None:
    with pytest.raises(BadTranscript, match="line 3"):
        beats("what is this\n")


def test_blank_lines_and_comments_are_kept() -> None:
    assert parse(f"{SCENE}\n\n# why\nAna: hi\n").parts[:2] == ["", "# why"]
