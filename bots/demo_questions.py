"""What customers ask the demo businesses, and what these answer, in all their languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.businesses import Faq
from domain.ids import derived_id

if TYPE_CHECKING:
    from collections.abc import Mapping

Wording = tuple[str, str, tuple[str, ...]]
"""A question, its answer, and the words that customers ask it with."""


def faqs(business: str, asked: Mapping[str, Mapping[str, Wording]]) -> tuple[Faq, ...]:
    """Return questions by topic and language as a business's own."""
    return tuple(
        Faq(
            derived_id(business, "faq", topic, language),
            question,
            answer,
            words,
            language,
            "payment" if topic == "cards" else "general",
        )
        for topic, wordings in asked.items()
        for language, (question, answer, words) in wordings.items()
    )


SALON: dict[str, dict[str, Wording]] = {
    "cards": {
        "en": (
            "Do you take cards?",
            "Yes, cards, MB Way and cash.",
            ("card", "cards", "cash", "mb way", "apple pay"),
        ),
        "es": (
            "¿Aceptan tarjetas?",
            "Sí, tarjetas, MB Way y efectivo.",
            ("tarjeta", "tarjetas", "efectivo", "mb way"),
        ),
        "pt": (
            "Aceitam cartão?",
            "Sim, cartões, MB Way e dinheiro.",
            ("cartão", "cartões", "multibanco", "dinheiro", "mb way", "mbway"),
        ),
        "fr": (
            "Acceptez-vous la carte ?",
            "Oui, les cartes, MB Way et les espèces.",
            ("carte bancaire", "carte bleue", "carte", "cartes", "espèces", "liquide", "cb"),
        ),
        "de": (
            "Kann man mit Karte zahlen?",
            "Ja, mit Karte, mit MB Way und bar.",
            ("karte", "karten", "kartenzahlung", "ec-karte", "kreditkarte", "bar zahlen", "bargeld"),
        ),
        "it": (
            "Accettate le carte?",
            "Sì, carte, MB Way e contanti.",
            ("carta", "carte", "bancomat", "contanti"),
        ),
        "ru": (
            "Можно ли оплатить картой?",
            "Да, картой, через MB Way и наличными.",
            ("карта", "карту", "карты", "картой", "картами", "наличные", "наличными", "наличка"),
        ),
    },
    "parking": {
        "en": (
            "Is there parking?",
            "The nearest car park is Largo de Camões, three minutes on foot.",
            ("parking", "park", "car park"),
        ),
        "es": (
            "¿Hay aparcamiento?",
            "El más cercano es Largo de Camões, a tres minutos a pie.",
            ("aparcamiento", "aparcar", "parking", "estacionamiento", "estacionar"),
        ),
        "pt": (
            "Há estacionamento?",
            "O parque mais próximo é o do Largo de Camões, a três minutos a pé.",
            ("estacionamento", "estacionar", "parque de estacionamento", "garagem"),
        ),
        "fr": (
            "Y a-t-il un parking ?",
            "Le parking le plus proche est celui de Largo de Camões, à trois minutes à pied.",
            ("parking", "garer", "stationnement", "stationner"),
        ),
        "de": (
            "Gibt es Parkplätze?",
            "Das nächste Parkhaus ist Largo de Camões, drei Minuten zu Fuß.",
            ("parkplatz", "parkplätze", "parken", "parkhaus", "parkmöglichkeit", "parkmöglichkeiten"),
        ),
        "it": (
            "C'è un parcheggio?",
            "Il parcheggio più vicino è Largo de Camões, a tre minuti a piedi.",
            ("parcheggio", "parcheggi", "parcheggiare", "posteggio"),
        ),
        "ru": (
            "Есть ли парковка?",
            "Ближайшая парковка — Largo de Camões, три минуты пешком.",
            ("парковка", "парковки", "парковку", "припарковаться", "парковаться", "стоянка", "стоянку"),
        ),
    },
    "late": {
        "en": (
            "What if I am late?",
            "We keep your chair for ten minutes; after that we may have to shorten the visit.",
            ("late", "running late"),
        ),
        "es": (
            "¿Qué pasa si llego tarde?",
            "Le guardamos el sitio diez minutos; después quizá tengamos que acortar la visita.",
            ("llego tarde", "llegar tarde", "retraso", "retrasarme"),
        ),
        "pt": (
            "E se me atrasar?",
            "Guardamos o seu lugar durante dez minutos; depois disso talvez seja preciso encurtar a visita.",
            ("atrasar", "atrasado", "atrasada", "atraso", "chegar tarde"),
        ),
        "fr": (
            "Et si je suis en retard ?",
            "Nous gardons votre place dix minutes ; ensuite il faudra peut-être raccourcir la visite.",
            ("retard", "en retard"),
        ),
        "de": (
            "Was ist, wenn ich mich verspäte?",
            "Wir halten Ihren Platz zehn Minuten frei; danach müssen wir den Besuch vielleicht kürzen.",
            ("verspäte", "verspäten", "verspätung", "zu spät"),
        ),
        "it": (
            "E se arrivo in ritardo?",
            "Teniamo il suo posto per dieci minuti; dopo potremmo dover accorciare la visita.",
            ("ritardo", "in ritardo"),
        ),
        "ru": (
            "Что если я опоздаю?",
            "Мы держим ваше место десять минут; потом, возможно, придётся сократить визит.",
            ("опоздаю", "опаздываю", "опоздать", "опоздание", "задержусь"),
        ),
    },
}

BISTRO: dict[str, dict[str, Wording]] = {
    "vegan": {
        "en": (
            "Do you have vegan dishes?",
            "Yes, at least three on every menu. Tell us about allergies and we will take care.",
            ("vegan", "vegetarian", "allergy", "allergies", "gluten"),
        ),
        "es": (
            "¿Tienen platos veganos?",
            "Sí, al menos tres en cada carta. Díganos las alergias y las tendremos en cuenta.",
            ("vegano", "veganos", "vegana", "vegetariano", "vegetarianos", "alergia", "alergias", "gluten"),
        ),
        "pt": (
            "Têm pratos veganos?",
            "Sim, pelo menos três em cada ementa. Diga-nos as alergias e teremos cuidado.",
            ("vegano", "veganos", "vegan", "vegetariano", "vegetarianos", "alergia", "alergias", "glúten"),
        ),
        "fr": (
            "Avez-vous des plats véganes ?",
            "Oui, au moins trois sur chaque carte. Dites-nous les allergies et nous ferons attention.",
            ("végane", "véganes", "vegan", "végétarien", "végétariens", "allergie", "allergies", "gluten"),
        ),
        "de": (
            "Haben Sie vegane Gerichte?",
            "Ja, mindestens drei auf jeder Karte. Nennen Sie uns Allergien, und wir achten darauf.",
            (
                "vegan",
                "vegane",
                "veganes",
                "vegetarisch",
                "vegetarische",
                "allergie",
                "allergien",
                "gluten",
                "glutenfrei",
            ),
        ),
        "it": (
            "Avete piatti vegani?",
            "Sì, almeno tre in ogni menù. Ci dica le allergie e ne terremo conto.",
            ("vegano", "vegani", "vegana", "vegetariano", "vegetariani", "allergia", "allergie", "glutine"),
        ),
        "ru": (
            "Есть ли веганские блюда?",
            "Да, не меньше трёх в каждом меню. Скажите нам об аллергии, и мы её учтём.",
            ("веганские", "веганское", "веган", "вегетарианские", "вегетарианское", "аллергия", "глютен", "глютена"),
        ),
    },
    "dogs": {
        "en": ("Are dogs welcome?", "Yes, on the terrace and in the front room.", ("dog", "dogs", "pet", "pets")),
        "es": (
            "¿Admiten perros?",
            "Sí, en la terraza y en la sala de la entrada.",
            ("perro", "perros", "perra", "mascota", "mascotas"),
        ),
        "pt": (
            "Aceitam cães?",
            "Sim, na esplanada e na sala da entrada.",
            ("cão", "cães", "cachorro", "cachorros", "animais"),
        ),
        "fr": (
            "Les chiens sont-ils admis ?",
            "Oui, en terrasse et dans la salle d'entrée.",
            ("chien", "chiens", "chienne", "animaux"),
        ),
        "de": (
            "Sind Hunde willkommen?",
            "Ja, auf der Terrasse und im vorderen Raum.",
            ("hund", "hunde", "hündin", "haustier", "haustiere"),
        ),
        "it": (
            "Sono ammessi i cani?",
            "Sì, in terrazza e nella sala d'ingresso.",
            ("cane", "cani", "cagnolino", "animali"),
        ),
        "ru": (
            "Можно ли с собакой?",
            "Да, на террасе и в первом зале.",
            ("собака", "собаку", "собакой", "собаки", "собаками", "животными"),
        ),
    },
    "cards": {
        language: (question, answer, words)
        for language, (question, _, words) in SALON["cards"].items()
        for answer in [
            {
                "en": "Yes, all usual cards and cash.",
                "es": "Sí, todas las tarjetas habituales y efectivo.",
                "pt": "Sim, todos os cartões habituais e dinheiro.",
                "fr": "Oui, toutes les cartes courantes et les espèces.",
                "de": "Ja, alle üblichen Karten und Bargeld.",
                "it": "Sì, tutte le carte più comuni e i contanti.",
                "ru": "Да, все обычные карты и наличные.",
            }[language]
        ]
    },
}
