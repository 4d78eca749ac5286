"""The engine: hears the messages of a turn in order and answers once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dialogs import answering, common, contents, frames, offers, policies, prompts, silence
from dialogs.draft import expects, view
from dialogs.messages import Due, Edited, HandedBack, Option, Say, Shortcut, Tap, Text
from dialogs.policies import Verdict
from dialogs.slots import fill
from dialogs.stages import MOVES, Handler, Stage, alternatives, changing, closed, collecting, confirming, greeting
from dialogs.understanding.commands import (
    Ask,
    Bye,
    Choose,
    Command,
    Greet,
    Heard,
    OptIn,
    OptOut,
    Restart,
    Shift,
    Thank,
    Understander,
    Understanding,
    Wait,
)
from domain import handoff
from domain.conversations import Conversation, Owner
from domain.errors import BookingClosed, BookingNotFound

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from dialogs.messages import Content
    from dialogs.tokens import Tokens
    from dialogs.turn import Turn
    from dialogs.understanding.catalogue import Catalogue
    from domain.desk import Desk

__all__ = ["STAGES", "Engine", "Incoming", "expects", "view"]

STAGES: dict[Stage, Handler] = {
    Stage.GREETING: greeting.hear,
    Stage.COLLECTING: collecting.hear,
    Stage.ALTERNATIVES: alternatives.hear,
    Stage.CONFIRMING: confirming.hear,
    Stage.CHANGING: changing.hear,
    Stage.CLOSED: closed.hear,
}
"""Who hears what is left of a message in each stage."""

MOST_FAILED = 2
"""So many turns in a row that were not understood, and people are asked to help."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message of a turn, with the platform's time."""

    content: Content
    sent_at: datetime


class Engine:
    """Hears turns. It holds no conversation: all that it knows of one is in the turn."""

    def __init__(self, understander: Understander, tokens: Tokens) -> None:
        """Take what understands words and what recognises taps."""
        self.understander = understander
        self._tokens = tokens

    async def hear(
        self,
        turn: Turn,
        desk: Desk,
        conversation: Conversation | None,
        conversation_id: str,
        catalogue: Catalogue,
        incoming: Sequence[Incoming],
    ) -> None:
        """Hear the messages in order; what is said and to be written is in the turn and the desk afterwards."""
        frames.refresh(turn)
        if turn.hint in turn.directory.business.languages:
            turn.state.hinted = turn.hint
        had_form = bool(turn.state.form)
        steps: list[int] = []
        for one in incoming:
            steps.append(len(turn.says))
            await self._hear_one(turn, desk, conversation, conversation_id, catalogue, one)
        if not turn.says and turn.outcome == "answered":
            turn.outcome = "silent"
        answering.once(turn, steps)
        silence.watch(turn, conversation, had_form)

    async def _hear_one(
        self,
        turn: Turn,
        desk: Desk,
        conversation: Conversation | None,
        conversation_id: str,
        catalogue: Catalogue,
        one: Incoming,
    ) -> None:
        content = one.content
        if isinstance(content, Due):
            await silence.due(turn, desk, conversation, content)
            return
        if isinstance(content, HandedBack):
            await silence.handed_back(turn, desk)
            return
        if isinstance(content, contents.SILENT):
            turn.log.append(type(content).__name__)
            return
        verdict = policies.judge(conversation, one.sent_at, turn.now)
        if turn.owner is not Owner.BOT or verdict is Verdict.SILENT:
            await self._overhear(turn, desk, conversation, catalogue, one)
            return
        turn.state.nudged = False
        commands = await self._commands(turn, conversation_id, catalogue, one)
        if commands is None:
            return
        if turn.opted_out and not isinstance(content, Tap):
            if not (contents.asks_to_talk(content) or policies.heard_though_opted_out(commands)):
                return
            turn.opted_out = False
        if isinstance(content, Shortcut) and content.name == "start":
            stage = await contents.arrive(turn, desk, content.argument)
            if stage is not None:
                _move(turn, stage)
                return
        if not commands and not isinstance(content, Text):
            self._answer(turn, content)
            return
        if verdict is Verdict.ASK_AGAIN:
            commands = policies.without_acting(commands)
            turn.outcome = "stale"
            turn.say("late-message")
        await self._step(turn, desk, commands, quiet=isinstance(content, Edited))

    async def _commands(
        self, turn: Turn, conversation_id: str, catalogue: Catalogue, one: Incoming
    ) -> Sequence[Command] | None:
        """Return what a message means, nothing where it only gets an answer; None for a tap that chooses nothing."""
        content, state = one.content, turn.state
        if isinstance(content, Tap):
            index = self._tokens.index(content.token, conversation_id, state.offer)
            if index is not None:
                return (Choose(index),)
            self._turn_page(turn, self._tokens.page(content.token, conversation_id, state.offer))
            return None
        if isinstance(content, Text):
            return (await self._understand(turn, catalogue, one, content.text)).commands
        if words := contents.words_of(content, form=state.form):
            sure = turn.certainty
            commands = (await self._understand(turn, catalogue, one, words)).commands
            turn.certainty = turn.certainty if commands else sure
            # What was written before a question is no answer to it, however it is edited.
            return policies.without_acting(commands) if isinstance(content, Edited) else commands
        return contents.commands_of(turn, content)

    def _turn_page(self, turn: Turn, page: int | None) -> None:
        """Show another page of the offer, which stays what it is; None is none of it."""
        offer = turn.state.offer
        if page is None or offer is None:
            turn.log.append("StaleTap")
            turn.outcome = "stale"
            turn.say("stale-tap")
            self._go_on(turn)
        else:
            turn.log.append("Page")
            turn.says.append(Say("choose-again", choices=list(offer.options), role="prompt", page=page))

    def _answer(self, turn: Turn, content: Content) -> None:
        """Answer what means nothing here, and go on where the talk was. An edited message is not answered at all."""
        turn.log.append(type(content).__name__)
        if isinstance(content, Edited):
            return
        stage = contents.answer(turn, content)
        if stage is not None:
            _move(turn, stage)
        elif turn.state.greeted or turn.state.form:
            self._go_on(turn)
        else:
            prompts.help_with(turn, "help-first")

    async def _understand(self, turn: Turn, catalogue: Catalogue, one: Incoming, text: str) -> Understanding:
        state = turn.state
        understood = await self.understander.understand(
            Heard(
                text=text,
                now=one.sent_at.astimezone(turn.zone),
                catalogue=catalogue,
                language=state.language,
                stage=state.stage,
                asked=state.asked,
                offer=state.offer,
                slots=state.slots.known(),
            )
        )
        spoken = turn.directory.business.languages
        state.language = understood.language if understood.language in spoken else state.language
        turn.certainty = min(turn.certainty, understood.certainty)
        return understood

    async def _step(self, turn: Turn, desk: Desk, commands: Sequence[Command], *, quiet: bool = False) -> None:
        """Hear the commands of one message: slots, then what every stage answers alike, then the stage.

        `quiet`: a message that changes nothing is not answered.
        """
        state = turn.state
        state.topic = ""
        turn.log += [type(one).__name__ for one in commands]
        turn.changed, turn.refused = set(), False
        turn.rest = _expanded(turn, commands)
        if not turn.rest and turn.outcome != "stale":
            self._not_understood(turn)
            return
        state.failed = 0
        asked_before = len(turn.says)
        if any(isinstance(one, Shift) for one in turn.rest):
            turn.base = await changing.spoken_of(turn, desk)
        fill(turn)
        if "notes" in turn.changed and state.stage != Stage.CLOSED:
            turn.say("noted")
        if turn.owner is not Owner.BOT:
            state.form = state.form or "book"  # staff go on from what was said
            turn.say("handed-over", role="notice")
            return
        try:
            stage = await self._answer_global(turn, desk)
            if stage is None:
                social = not (turn.rest or turn.changed or turn.refused)
                if social and quiet:
                    return
                if social:
                    self._after_social(turn, commands, asked_before)
                    return
                if turn.refused and not turn.changed and not turn.rest and _asks(turn, asked_before):
                    return
                stage = await STAGES[Stage(state.stage)](turn, desk)
        except (BookingClosed, BookingNotFound):
            stage = confirming.too_late(turn, desk)  # the booking in hand was changed elsewhere meanwhile
        if turn.owner is not Owner.BOT and not any(said.key == "handed-over" for said in turn.says):
            turn.say("handed-over", role="notice")
        _move(turn, stage)
        if len(turn.says) == asked_before:
            self._go_on(turn)  # nobody is left without an answer

    async def _answer_global(self, turn: Turn, desk: Desk) -> Stage | None:
        if not turn.rest:
            return None
        present = {type(one) for one in turn.rest}
        for kind in common.GLOBAL:
            if kind not in present:
                continue
            for command in turn.take(kind):
                stage = await common.GLOBAL[kind](turn, desk, command)
                if stage is not None:
                    return stage
        return None

    def _after_social(self, turn: Turn, commands: Sequence[Command], asked_before: int) -> None:
        """After a greeting, a question or thanks the talk goes on where it was."""
        if _asks(turn, asked_before):
            return
        kinds = {type(one) for one in commands}
        if kinds & {Bye, Wait} or (not turn.state.form and kinds <= {Thank}):
            return
        if Greet in kinds and kinds <= {Greet, OptIn}:
            if turn.state.frame is not None and turn.state.frame.form == "book":
                turn.ask(
                    "resume",
                    "ask-resume",
                    [Option("resume", "=choice-resume"), Option("forget", "=choice-forget")],
                )
                return
            if not turn.state.form:
                turn.state.asked, turn.state.offer = "", None
                greets = turn.state.greeted and not turn.says
                prompts.help_with(turn, "help-again" if greets else "help-first")
                return
        self._go_on(turn)

    def _go_on(self, turn: Turn) -> None:
        if turn.state.asked or turn.state.form:
            prompts.reprompt(turn)
        elif not turn.says:
            prompts.help_with(turn)

    def _not_understood(self, turn: Turn) -> None:
        state = turn.state
        if "NotUnderstood" not in turn.log:
            state.failed += 1
        turn.log.append("NotUnderstood")
        turn.certainty, turn.outcome = 0.0, "not_understood"
        if state.failed >= MOST_FAILED and turn.directory.business.policies.staffed:
            turn.say("could-not-understand")
            common.hand_over(turn, "not understood twice")
            return
        turn.say("not-understood", role="context")
        if state.asked or state.form:
            prompts.reprompt(turn)
        else:
            prompts.help_with(turn, "help-short" if state.greeted else "help")

    async def _overhear(
        self, turn: Turn, desk: Desk, conversation: Conversation | None, catalogue: Catalogue, one: Incoming
    ) -> None:
        """People answer, so the bot is silent, but for who waits in the queue and asks for it, or wants no messages."""
        turn.outcome = "silent"
        commands: Sequence[Command]
        if isinstance(one.content, Text):
            commands = (await self._understand(turn, catalogue, one, one.content.text)).commands
        elif isinstance(one.content, Shortcut):
            commands = contents.SHORTCUTS[one.content.name]
        else:
            return
        turn.log += [type(command).__name__ for command in commands]
        if any(isinstance(command, OptOut) for command in commands):
            turn.opted_out = True
            turn.say("opted-out", role="notice")
        wants_bot = any(isinstance(command, Restart) or command == Ask("bot") for command in commands)
        if wants_bot and conversation is not None and handoff.asked_for_bot(conversation):
            await silence.handed_back(turn, desk)


def _expanded(turn: Turn, commands: Sequence[Command]) -> list[Any]:
    """Replace choices by what they mean."""
    found: list[Any] = []
    for command in commands:
        if isinstance(command, Choose):
            offer = turn.state.offer
            if offer is not None and 0 <= command.index < len(offer.options):
                found += offers.meaning(offer.options[command.index])
        else:
            found.append(command)
    return found


def _asks(turn: Turn, since: int) -> bool:
    return any(said.role == "prompt" for said in turn.says[since:])


def _move(turn: Turn, stage: Stage) -> None:
    before = Stage(turn.state.stage)
    assert stage == before or stage in MOVES[before], f"{before} cannot become {stage}"
    turn.state.stage = stage.value
