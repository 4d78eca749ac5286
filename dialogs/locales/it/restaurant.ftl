### Le parole di un ristorante.
help = Qui può prenotare, spostare o annullare un tavolo, oppure chiedere degli orari e come raggiungerci. Che cosa desidera?
ask-time = { $date-on } sono liberi questi orari. Quale preferisce?
summary = Un tavolo per { $party }, { $when-full }{ $name ->
    [none] {""}
   *[other] , a nome di { $name }
}. Confermo la prenotazione?
summary-move = Sposterei il tavolo per { $party } a { $when-full }. Confermo?
booked = Prenotazione confermata: un tavolo per { $party }, { $when-full }{ $address ->
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
