### Le parole di un ristorante.
help = Qui può prenotare, spostare o annullare un tavolo, oppure chiedere degli orari e come raggiungerci. Che cosa desidera?
ask-time = { $date-on } sono liberi questi orari. Quale preferisce?
summary = Un tavolo per { $party }{ $features ->
    [none] {""}
   *[other] {" "}{ $features }
}, { $when-full }{ $name ->
    [none] {""}
   *[other] , a nome di { $name }
}. Confermo la prenotazione?
summary-move = Sposterei il tavolo per { $party } a { $when-full }. Confermo?
booked = Prenotazione confermata: un tavolo per { $party }{ $features ->
    [none] {""}
   *[other] {" "}{ $features }
}, { $when-full }{ $address ->
    [none] {""}
   *[other] , { $address }
}. A presto!
moved = Prenotazione spostata: il suo tavolo per { $party } ora è { $when-full }. A presto!
cancelled = Prenotazione annullata: il tavolo per { $party }, { $when-full }.
your-booking = Ha un tavolo per { $party }, { $when-full }.
which-booking-it-is = È un tavolo per { $party }, { $when-full }.
ask-cancel = Ha un tavolo per { $party }, { $when-full }. Annullo la prenotazione?
not-free-full = { $wanted } purtroppo siamo al completo.
services = Siamo aperti a pranzo e a cena, e posso prenotarle un tavolo.
ask-name = A che nome prenoto il tavolo?
choice-book = Prenota un tavolo
visit-what = un tavolo per { $party }
visit = un tavolo per { $party }{ $features ->
    [none] {""}
   *[other] {" "}{ $features }
}, { $when-full }
waitlist-wish = un tavolo per { $party }{ $features ->
    [none] {""}
   *[other] {" "}{ $features }
}, { $last ->
    [none] { $first }
   *[other] { $first } – { $last }
}{ $span ->
    [any] {""}
    [at] {" "}alle { $from }
    [from] {" "}dalle { $from }
    [until] {" "}fino alle { $to }
   *[between] , { $from }–{ $to }
}
feature-window = vicino alla finestra
feature-quiet = in un angolo tranquillo
feature-outdoor = all'aperto
feature-accessible = accessibile in sedia a rotelle
features-none = Purtroppo non abbiamo tavoli { $features }. Ho annotato la sua richiesta.
features-not-free = A quell'ora non è libero nessun tavolo { $features }. Prenoto un altro tavolo o preferisce un altro orario?
features-not-that-day = Nessun tavolo { $features } è libero quel giorno. Ad altri tavoli è libero:
choice-other-table = Un altro tavolo
