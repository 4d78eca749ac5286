### Palabras propias de un restaurante.
help = Aquí puede reservar, cambiar o anular una mesa, o preguntar por horarios y cómo llegar. ¿Qué desea?
ask-time = { $date-on } hay estas horas libres. ¿Cuál le conviene?
summary = Una mesa para { $party }, { $when-full }{ $name ->
    [none] {""}
   *[other] , a nombre de { $name }
}. ¿La reservo?
summary-move = La pasaría a { $when-full }, una mesa para { $party }. ¿Lo hago?
booked = Reservada: una mesa para { $party }, { $when-full }{ $address ->
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
