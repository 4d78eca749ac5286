### Palabras propias de un salón.
choice-book = Reservar cita
ask-staff = ¿Prefiere a alguien en particular?
staff-not-here = Esa persona no está aquí para esto.
