### Les mots propres à un restaurant.
help = Ici, vous pouvez réserver, déplacer ou annuler une table, ou demander les horaires et comment venir. Que souhaitez-vous ?
ask-time = { $date-on }, il reste une table à ces heures. Laquelle vous convient ?
summary = Une table pour { $party ->
    [one] { $party } personne
   *[other] { $party } personnes
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
