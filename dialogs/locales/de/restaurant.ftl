### Eigene Worte eines Restaurants.
help = Sie können hier einen Tisch reservieren, verschieben oder absagen und nach Öffnungszeiten und dem Weg fragen. Was darf es sein?
ask-time = { $date-on } sind diese Zeiten frei. Welche passt Ihnen?
summary = Ein Tisch für { $party ->
    [one] eine Person
   *[other] { $party } Personen
}{ $features ->
    [none] {""}
   *[other] {" "}{ $features }
} am { $when-full }{ $name ->
    [none] {""}
   *[other] , auf den Namen { $name }
}. Soll ich ihn reservieren?
summary-move = Neu wäre: ein Tisch für { $party ->
    [one] eine Person
   *[other] { $party } Personen
} am { $when-full }. Soll ich so umbuchen?
booked = Reserviert: ein Tisch für { $party ->
    [one] eine Person
   *[other] { $party } Personen
}{ $features ->
    [none] {""}
   *[other] {" "}{ $features }
} am { $when-full }{ $address ->
    [none] {""}
   *[other] , { $address }
}. Wir freuen uns auf Sie!
moved = Umgebucht: Ihr Tisch für { $party ->
    [one] eine Person
   *[other] { $party } Personen
} ist jetzt am { $when-full }. Wir freuen uns auf Sie!
cancelled = Abgesagt: Ihr Tisch für { $party ->
    [one] eine Person
   *[other] { $party } Personen
} am { $when-full }.
your-booking = Sie haben einen Tisch für { $party ->
    [one] eine Person
   *[other] { $party } Personen
} am { $when-full }.
which-booking-it-is = Es geht um den Tisch für { $party ->
    [one] eine Person
   *[other] { $party } Personen
} am { $when-full }.
ask-cancel = Sie haben einen Tisch für { $party ->
    [one] eine Person
   *[other] { $party } Personen
} am { $when-full }. Soll ich ihn absagen?
not-free-full = { $wanted-on } sind wir leider schon voll.
services = Wir servieren Mittag- und Abendessen, und ich reserviere Ihnen gern einen Tisch.
ask-name = Auf welchen Namen darf ich den Tisch reservieren?
choice-book = Tisch reservieren
visit-what = ein Tisch für { $party ->
    [one] eine Person
   *[other] { $party } Personen
}
visit = ein Tisch für { $party ->
    [one] eine Person
   *[other] { $party } Personen
}{ $features ->
    [none] {""}
   *[other] {" "}{ $features }
} am { $when-full }
waitlist-wish = ein Tisch für { $party ->
    [one] eine Person
   *[other] { $party } Personen
}{ $features ->
    [none] {""}
   *[other] {" "}{ $features }
}, { $last ->
    [none] { $first }
   *[other] { $first } – { $last }
}{ $span ->
    [any] {""}
    [at] {" "}um { $from }
    [from] {" "}ab { $from }
    [until] {" "}bis { $to }
   *[between] , { $from }–{ $to }
}
feature-window = am Fenster
feature-quiet = in ruhiger Lage
feature-outdoor = draußen
feature-accessible = mit Platz für einen Rollstuhl
features-none = Einen Tisch { $features } haben wir leider nicht. Ich habe Ihren Wunsch notiert.
features-not-free = Zu dieser Zeit ist kein Tisch { $features } frei. Soll ich einen anderen Tisch reservieren, oder passt eine andere Zeit besser?
features-not-that-day = Dann ist kein Tisch { $features } frei. An anderen Tischen ist frei:
choice-other-table = Anderer Tisch
