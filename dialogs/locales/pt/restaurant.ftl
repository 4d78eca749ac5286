### Palavras próprias de um restaurante.
help = Aqui pode reservar, mudar ou cancelar uma mesa, e perguntar por horários e como chegar. O que deseja?
ask-time = Para { $date-on } há estes horários livres. Qual prefere?
summary = Uma mesa para { $party ->
    [one] { $party } pessoa
   *[other] { $party } pessoas
}, { $when-full }{ $name ->
    [none] {""}
   *[other] , em nome de { $name }
}. Posso reservar?
summary-move = Mudo para { $when-full }, uma mesa para { $party ->
    [one] { $party } pessoa
   *[other] { $party } pessoas
}. Pode ser?
booked = Reservado: uma mesa para { $party ->
    [one] { $party } pessoa
   *[other] { $party } pessoas
}, { $when-full }{ $address ->
    [none] {""}
   *[other] , { $address }
}. Até lá!
moved = Mudado: a sua mesa para { $party ->
    [one] { $party } pessoa
   *[other] { $party } pessoas
} é agora { $when-full }. Até lá!
cancelled = Cancelado: a sua mesa para { $party ->
    [one] { $party } pessoa
   *[other] { $party } pessoas
}, { $when-full }.
your-booking = Tem uma mesa para { $party ->
    [one] { $party } pessoa
   *[other] { $party } pessoas
}, { $when-full }.
which-booking-it-is = É uma mesa para { $party ->
    [one] { $party } pessoa
   *[other] { $party } pessoas
}, { $when-full }.
ask-cancel = Tem uma mesa para { $party ->
    [one] { $party } pessoa
   *[other] { $party } pessoas
}, { $when-full }. Cancelo a reserva?
not-free-full = { $wanted } já não há mesa livre.
services = Servimos almoços e jantares, e posso reservar uma mesa.
ask-name = Em que nome reservo a mesa?
choice-book = Reservar mesa
