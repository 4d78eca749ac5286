### Palavras próprias de um restaurante.
help = Aqui pode reservar, mudar ou cancelar uma mesa, e perguntar por horários e como chegar. O que deseja?
ask-time = Para { $date-on } há estes horários livres. Qual prefere?
summary = Uma mesa para { $party ->
    [one] { $party } pessoa
   *[other] { $party } pessoas
}{ $features ->
    [none] {""}
   *[other] {" "}{ $features }
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
}{ $features ->
    [none] {""}
   *[other] {" "}{ $features }
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
visit-what = uma mesa para { $party ->
    [one] { $party } pessoa
   *[other] { $party } pessoas
}
visit = uma mesa para { $party ->
    [one] { $party } pessoa
   *[other] { $party } pessoas
}{ $features ->
    [none] {""}
   *[other] {" "}{ $features }
}, { $when-full }
waitlist-wish = uma mesa para { $party ->
    [one] { $party } pessoa
   *[other] { $party } pessoas
}{ $features ->
    [none] {""}
   *[other] {" "}{ $features }
}, { $last ->
    [none] { $first }
   *[other] { $first } – { $last }
}{ $span ->
    [any] {""}
    [at] {" "}às { $from }
    [from] {" "}a partir das { $from }
    [until] {" "}até às { $to }
   *[between] , { $from }–{ $to }
}
feature-window = à janela
feature-quiet = num canto sossegado
feature-outdoor = lá fora
feature-accessible = com acesso para cadeira de rodas
features-none = Lamento, não temos nenhuma mesa { $features }. Anotei o seu pedido.
features-not-free = A essa hora não há nenhuma mesa livre { $features }. Reservo outra mesa ou prefere outra hora?
features-not-that-day = Nesse dia não há nenhuma mesa livre { $features }. Noutras mesas há vaga:
choice-other-table = Outra mesa
