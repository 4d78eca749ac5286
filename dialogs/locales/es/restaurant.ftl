### Palabras propias de un restaurante.
help = Aquí puede reservar, cambiar o anular una mesa, o preguntar por horarios y cómo llegar. ¿Qué desea?
ask-time = { $date-on } hay estas horas libres. ¿Cuál le conviene?
summary = Una mesa para { $party }{ $features ->
    [none] {""}
   *[other] {" "}{ $features }
}, { $when-full }{ $name ->
    [none] {""}
   *[other] , a nombre de { $name }
}. ¿La reservo?
summary-move = La pasaría a { $when-full }, una mesa para { $party }. ¿Lo hago?
booked = Reservada: una mesa para { $party }{ $features ->
    [none] {""}
   *[other] {" "}{ $features }
}, { $when-full }{ $address ->
    [none] {""}
   *[other] , { $address }
}. Hasta entonces.
moved = Cambiada: su mesa para { $party } es ahora { $when-full }. Hasta entonces.
cancelled = Anulada: su mesa para { $party }, { $when-full }.
your-booking = Tiene una mesa para { $party }, { $when-full }.
which-booking-it-is = Es una mesa para { $party }, { $when-full }.
ask-cancel = Tiene una mesa para { $party }, { $when-full }. ¿La anulo?
not-free-full = { $wanted } está completo.
services = Servimos comidas y cenas, y puedo reservarle una mesa.
ask-name = ¿A nombre de quién reservo la mesa?
choice-book = Reservar mesa
visit-what = una mesa para { $party }
visit = una mesa para { $party }{ $features ->
    [none] {""}
   *[other] {" "}{ $features }
}, { $when-full }
waitlist-wish = una mesa para { $party }{ $features ->
    [none] {""}
   *[other] {" "}{ $features }
}, { $last ->
    [none] { $first }
   *[other] { $first } – { $last }
}{ $span ->
    [any] {""}
    [at] {" "}a las { $from }
    [from] {" "}a partir de las { $from }
    [until] {" "}hasta las { $to }
   *[between] , { $from }–{ $to }
}
feature-window = junto a la ventana
feature-quiet = en un rincón tranquilo
feature-outdoor = fuera
feature-accessible = con acceso para silla de ruedas
features-none = Lo siento, no tenemos ninguna mesa { $features }. He anotado su deseo.
features-not-free = A esa hora no hay ninguna mesa libre { $features }. ¿Reservo otra mesa o prefiere otra hora?
features-not-that-day = Ese día no hay ninguna mesa libre { $features }. En otras mesas hay libre:
choice-other-table = Otra mesa
