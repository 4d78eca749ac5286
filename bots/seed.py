"""The demo businesses of a first look: a salon and a restaurant. Seeding again changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bots import demo_questions
from domain.businesses import (
    Account,
    Business,
    Directory,
    Hours,
    Join,
    Place,
    Policies,
    Resource,
    Service,
    Staff,
)
from domain.ids import derived_id
from domain.money import Money

if TYPE_CHECKING:
    from bots.application import Application

ZONE = "Europe/Lisbon"
LANGUAGES = ("en", "es", "pt", "fr", "de", "it", "ru")
CHANNELS = ("webchat", "terminal")
TABLES = (
    ("2A", 2, "hall", ("window",), 10, 10, "square"),
    ("2B", 2, "hall", ("window",), 26, 10, "square"),
    ("2C", 2, "terrace", ("outdoor",), 10, 80, "round"),
    ("2D", 2, "terrace", ("outdoor",), 26, 80, "round"),
    ("4A", 4, "hall", ("window",), 44, 10, "square"),
    ("4B", 4, "hall", ("accessible",), 62, 10, "square"),
    ("4C", 4, "hall", ("quiet",), 10, 36, "square"),
    ("4D", 4, "terrace", ("outdoor", "accessible"), 46, 80, "round"),
    ("6A", 6, "hall", (), 34, 36, "long"),
    ("6B", 6, "hall", (), 60, 36, "long"),
    ("8A", 8, "hall", ("quiet",), 84, 20, "long"),
)
"""The bistro's tables: name, seats, area, features, and where they stand in tenths of a metre."""
JOINS = ((("2A", "2B"), 3, 4), (("4A", "4B"), 5, 8), (("6A", "6B"), 8, 12))


async def seed(app: Application) -> None:
    """Create the demo salon and bistro with an account each on web chat and in the terminal."""
    for directory in (salon(), bistro()):
        await app.store.directories.save(directory, accounts(directory))


def accounts(directory: Directory) -> list[Account]:
    """Return a business's accounts on the channels that need no platform."""
    business = directory.business
    return [
        Account(
            id=derived_id("account", channel, business.slug),
            business_id=business.id,
            channel=channel,
            external_id=business.slug,
            endpoint_id=derived_id("endpoint", channel, business.slug),
            name=business.name,
        )
        for channel in CHANNELS
    ]


def salon(slug: str = "salon", name: str = "Salão Aurora") -> Directory:
    """Return a hair salon in Lisbon: three people, six services."""
    business = derived_id("business", slug)

    def own(*parts: str) -> str:
        return derived_id(business, *parts)

    place = own("place")
    cut, beard, colour, highlights, blow, kids = (
        own("service", one) for one in ("haircut", "beard", "colour", "highlights", "blow-dry", "kids")
    )
    everything = (cut, colour, highlights, blow, kids)
    staff = (
        Staff(own("staff", "anna"), "Anna", everything, ("Ana", "Annie")),
        Staff(own("staff", "ben"), "Ben", (cut, beard, kids), ("Benjamin",)),
        Staff(own("staff", "carla"), "Carla", (cut, colour, blow, kids, beard)),
    )

    def euros(amount: int) -> Money:
        return Money(amount * 100, "EUR")

    return Directory(
        business=Business(business, slug, name, "salon", "EUR", "PT", LANGUAGES, Policies(contact="after")),
        places=(
            Place(
                place,
                name,
                ZONE,
                "Rua das Flores 12, 1200-195 Lisboa",
                "+351 213 000 012",
                "ola@aurora.example",
                "Two minutes from the metro station Baixa-Chiado.",
            ),
        ),
        services=(
            Service(
                cut,
                "Haircut",
                45,
                euros(35),
                "Wash, cut and dry.",
                (
                    *("cut", "trim", "hair cut", "corte de pelo", "corte", "corte de cabelo", "coupe", "Haarschnitt"),
                    *("taglio", "taglio di capelli", "стрижка", "стрижку", "подстричься"),
                ),
                0,
                0,
            ),
            Service(
                beard,
                "Beard trim",
                20,
                euros(15),
                "",
                (
                    *("beard", "shave", "arreglo de barba", "barba", "corte de barba", "aparar a barba"),
                    *("taille de barbe", "barbe", "Bart", "Bart schneiden", "taglio barba", "борода", "стрижка бороды"),
                ),
            ),
            Service(
                colour,
                "Colour",
                90,
                euros(70),
                "Roots to tips.",
                (
                    *("color", "dye", "tinte", "coloração", "pintar o cabelo", "coloration", "couleur", "Färben"),
                    *("Haare färben", "tinta", "colore", "окрашивание", "покраска", "покрасить волосы"),
                ),
                0,
                15,
            ),
            Service(
                highlights,
                "Highlights",
                120,
                euros(95),
                "",
                ("balayage", "mechas", "madeixas", "mèches", "Strähnchen", "colpi di sole", "мелирование"),
                0,
                15,
            ),
            Service(
                blow,
                "Blow-dry",
                30,
                euros(25),
                "",
                (
                    *("blowdry", "blow dry", "styling", "secado", "brushing", "Föhnen", "piega", "messa in piega"),
                    *("укладка", "укладку"),
                ),
            ),
            Service(
                kids,
                "Kids' cut",
                30,
                euros(20),
                "Up to twelve years.",
                (
                    *("kids cut", "children's cut", "corte infantil", "corte de criança", "coupe enfant"),
                    *("Kinderhaarschnitt", "taglio bambino", "детская стрижка", "детскую стрижку"),
                ),
            ),
        ),
        staff=staff,
        resources=tuple(Resource(one.id, place, "staff", one.name) for one in staff),
        hours=tuple(Hours(place, day, 9 * 60, 19 * 60 if day < 5 else 18 * 60) for day in range(6)),
        faqs=demo_questions.faqs(business, demo_questions.SALON),
    )


def bistro(slug: str = "bistro", name: str = "Bistro Mar") -> Directory:
    """Return a restaurant in Lisbon: eleven tables in hall and terrace, lunch and dinner, closed on Mondays."""
    business = derived_id("business", slug)
    place = derived_id(business, "place")
    resources = tuple(
        Resource(
            derived_id(business, "table", f"Table {name}"),
            place,
            "table",
            f"Table {name}",
            {2: 1, 4: 2, 6: 4, 8: 6}[seats],
            seats,
            features=features,
            area=area,
            x=x,
            y=y,
            shape=shape,
        )
        for name, seats, area, features, x, y, shape in TABLES
    )
    joins = tuple(
        Join(
            derived_id(business, "join", *names),
            tuple(derived_id(business, "table", f"Table {name}") for name in names),
            low,
            high,
        )
        for names, low, high in JOINS
    )
    table = Service(
        derived_id(business, "service", "table"),
        "Table",
        105,
        None,
        "",
        ("table", "mesa", "Tisch", "tavolo", "стол", "столик"),
        0,
        0,
        "table",
    )
    return Directory(
        business=Business(
            business,
            slug,
            name,
            "restaurant",
            "EUR",
            "PT",
            LANGUAGES,
            Policies(contact="after", party_limit=8, minimum_notice=timedelta(minutes=30)),
        ),
        places=(
            Place(
                place,
                name,
                ZONE,
                "Cais do Sodré 40, 1200-450 Lisboa",
                "+351 213 000 040",
                "mesa@bistromar.example",
                "Opposite the ferry terminal.",
            ),
        ),
        services=(table,),
        staff=(),
        resources=resources,
        hours=tuple(
            Hours(place, day, opens, closes)
            for day in range(1, 7)
            for opens, closes in ((12 * 60, 15 * 60), (18 * 60 + 30, 23 * 60))
        ),
        joins=joins,
        faqs=demo_questions.faqs(business, demo_questions.BISTRO),
    )
