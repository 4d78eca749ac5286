"""The bot's menu: its commands, described in each language."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMANDS = ("book", "bookings", "change", "cancel", "person", "help", "stop")
"""In the order shown; each is heard as the shortcut of its name. `start` is the platform's own button."""

DEFAULT = "en"
"""What people see whose language is not here."""

_DESCRIPTIONS: Mapping[str, tuple[str, ...]] = {
    "en": (
        "Make a booking",
        "See my bookings",
        "Move a booking",
        "Cancel a booking",
        "Talk to a person",
        "What I can do here",
        "No more messages from you",
    ),
    "es": (
        "Hacer una reserva",
        "Ver mis reservas",
        "Cambiar una reserva",
        "Anular una reserva",
        "Hablar con una persona",
        "Qué puedo hacer aquí",
        "No recibir más mensajes",
    ),
    "pt": (
        "Fazer uma marcação",
        "Ver as minhas marcações",
        "Mudar uma marcação",
        "Cancelar uma marcação",
        "Falar com uma pessoa",
        "O que posso fazer aqui",
        "Não receber mais mensagens",
    ),
    "fr": (
        "Réserver",
        "Voir mes réservations",
        "Déplacer une réservation",
        "Annuler une réservation",
        "Parler à quelqu'un",
        "Ce que je peux faire ici",
        "Ne plus recevoir de messages",
    ),
    "de": (
        "Einen Termin buchen",
        "Meine Buchungen ansehen",
        "Eine Buchung verschieben",
        "Eine Buchung absagen",
        "Mit jemandem sprechen",
        "Was hier möglich ist",
        "Keine Nachrichten mehr erhalten",
    ),
    "it": (
        "Prenotare",
        "Vedere le mie prenotazioni",
        "Spostare una prenotazione",
        "Annullare una prenotazione",
        "Parlare con una persona",
        "Che cosa posso fare qui",
        "Non ricevere più messaggi",
    ),
    "ru": (
        "Записаться",
        "Мои записи",
        "Перенести запись",
        "Отменить запись",
        "Связаться с человеком",
        "Что здесь можно сделать",
        "Больше не получать сообщений",
    ),
}


def languages() -> tuple[str, ...]:
    """Return the languages that have a menu of their own (ISO 639-1)."""
    return tuple(_DESCRIPTIONS)


def menu(language: str) -> list[tuple[str, str]]:
    """Return (command, description) in a language, in the order shown. Raises KeyError for one that has no menu."""
    return list(zip(COMMANDS, _DESCRIPTIONS[language], strict=True))
