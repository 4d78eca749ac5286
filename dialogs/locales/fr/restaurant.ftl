### Les mots propres à un restaurant.
help = Ici, vous pouvez réserver, déplacer ou annuler une table, ou demander les horaires et comment venir. Que souhaitez-vous ?
ask-time = { $date-on }, il reste une table à ces heures. Laquelle vous convient ?
summary = Une table pour { $party ->
    [one] { $party } personne
   *[other] { $party } personnes
}{ $features ->
    [none] {""}
   *[other] {" "}{ $features }
}, le { $when-full }{ $name ->
    [none] {""}
   *[other] , pour { $name }
}. Je réserve ?
summary-move = Je déplacerais la réservation au { $when-full }, une table pour { $party ->
    [one] { $party } personne
   *[other] { $party } personnes
}. D'accord ?
booked = C'est réservé : une table pour { $party ->
    [one] { $party } personne
   *[other] { $party } personnes
}{ $features ->
    [none] {""}
   *[other] {" "}{ $features }
}, le { $when-full }{ $address ->
    [none] {""}
   *[other] , { $address }
}. À bientôt !
moved = C'est déplacé : votre table pour { $party ->
    [one] { $party } personne
   *[other] { $party } personnes
}, désormais le { $when-full }. À bientôt !
cancelled = C'est annulé : votre table pour { $party ->
    [one] { $party } personne
   *[other] { $party } personnes
}, le { $when-full }.
your-booking = Vous avez une table pour { $party ->
    [one] { $party } personne
   *[other] { $party } personnes
}, le { $when-full }.
which-booking-it-is = C'est une table pour { $party ->
    [one] { $party } personne
   *[other] { $party } personnes
}, le { $when-full }.
ask-cancel = Vous avez une table pour { $party ->
    [one] { $party } personne
   *[other] { $party } personnes
}, le { $when-full }. Faut-il l'annuler ?
not-free-full = { $wanted-on }, c'est complet.
services = Nous servons le midi et le soir, et je peux vous réserver une table.
ask-name = À quel nom dois-je réserver la table ?
choice-book = Réserver une table
visit-what = une table pour { $party ->
    [one] { $party } personne
   *[other] { $party } personnes
}
visit = une table pour { $party ->
    [one] { $party } personne
   *[other] { $party } personnes
}{ $features ->
    [none] {""}
   *[other] {" "}{ $features }
}, le { $when-full }
waitlist-wish = une table pour { $party ->
    [one] { $party } personne
   *[other] { $party } personnes
}{ $features ->
    [none] {""}
   *[other] {" "}{ $features }
}, { $last ->
    [none] { $first }
   *[other] { $first } – { $last }
}{ $span ->
    [any] {""}
    [at] {" "}à { $from }
    [from] {" "}à partir de { $from }
    [until] {" "}jusqu'à { $to }
   *[between] , { $from }–{ $to }
}
feature-window = près de la fenêtre
feature-quiet = au calme
feature-outdoor = en terrasse
feature-accessible = accessible en fauteuil roulant
features-none = Nous n'avons malheureusement pas de table { $features }. J'ai noté votre souhait.
features-not-free = Aucune table { $features } n'est libre à cette heure-là. Je réserve une autre table, ou préférez-vous un autre horaire ?
features-not-that-day = Aucune table { $features } n'est libre ce jour-là. Voici ce qui est libre à d'autres tables :
choice-other-table = Une autre table
