### Lo que dice el asistente, en palabras generales. Las propias de un oficio están en el archivo de su nombre.

## Días y horas
today = hoy
tomorrow = mañana
on-day = el { $day }
day-at-time = { $day } a las { $time }
closed-all-day = cerrado
priced = { $name }, { $minutes } min{ $price ->
    [none] {""}
   *[other] , { $price }
}

## Saludo y ayuda
greeting = { $name ->
    [none] Hola, soy el asistente de { $business }.
   *[other] Hola, { $name }, soy el asistente de { $business }.
}
help-first = ¿En qué puedo ayudarle?
help-again = Hola de nuevo. ¿En qué puedo ayudarle?
help = Aquí puede reservar, cambiar o anular una cita, o preguntar por horarios, precios y cómo llegar. ¿Qué desea?
help-short = ¿Qué más puedo hacer por usted?
help-under-way = Responda con sus palabras. Puede cambiarlo todo hasta decir que sí, decir «cancelar» para dejarlo o pedir hablar con una persona.
not-understood = Perdone, no lo he entendido.
could-not-understand = Lo siento, sigo sin entenderlo.
unsupported = Por ahora solo puedo leer texto. ¿Podría escribirlo?
sent-voice = No puedo escuchar notas de voz. ¿Me lo puede escribir?{ $people ->
    [none] {""}
   *[other] {" "}Si lo prefiere, pida hablar con una persona.
}
sent-picture = No puedo ver fotos ni vídeos. ¿Me lo puede contar con palabras?{ $people ->
    [none] {""}
   *[other] {" "}O pida hablar con una persona, que sí podrá verlos.
}
sent-file = No puedo abrir archivos. ¿Me puede escribir de qué se trata?{ $people ->
    [none] {""}
   *[other] {" "}O pida hablar con una persona, que sí podrá abrirlo.
}
sent-sticker = ¡Gracias! Eso sí, yo solo entiendo palabras.
sent-contact = Gracias, pero no puedo usar ese contacto. Si quiere dejar su propio número, escríbalo aquí.
order-passed-on = Gracias por su pedido, lo paso a nuestro equipo.
order-not-here = Gracias, pero aquí no puedo tomar pedidos del catálogo.
link-arrived = ¡Qué bien que esté aquí! Seguimos con lo que había empezado.
link-over = Ese enlace ha caducado, pero puedo ayudarle aquí mismo.
stale-tap = Esa opción es de un mensaje anterior y ya no está disponible.
late-message = Acabo de recibir su mensaje, así que prefiero preguntar antes de hacer nada.
try-again = En este momento hay muchas reservas a la vez y no he podido terminar. No se ha reservado nada. Escríbame de nuevo en un momento.

## Preguntas
ask-service = ¿Qué le gustaría hacerse?
ask-variant = ¿Qué { $service } quiere?
    { $list }
ask-addon-to = { $addon } se añade a otro servicio. ¿A cuál se lo añado?
ask-place = ¿Cuál de nuestros locales le conviene?
ask-date = ¿Qué día le conviene?
ask-new-date = ¿Qué otro día le conviene?
ask-party-size = ¿Para cuántas personas?
ask-name = ¿A nombre de quién hago la reserva?
ask-phone = ¿En qué teléfono podemos localizarle?
ask-email = ¿En qué correo podemos localizarle?
ask-staff = ¿Prefiere a alguien en particular?
ask-time = { $date-on } hay estas horas libres. ¿Cuál le conviene?
ask-time-one = { $date-on } queda una hora libre. ¿Le conviene?
ask-time-again = ¿Qué hora le conviene?
ask-opening = Estas están libres. ¿Cuál le conviene?
ask-change = ¿Qué quiere cambiar?
ask-resume = Había empezado una reserva. ¿Seguimos con ella?
ask-contact = ¿En qué teléfono o correo podemos avisarle si algo cambia?
which-service = ¿Cuál de ellos?
which-staff = ¿A quién se refiere?
which-time = ¿A las { $first } o a las { $second }?
which-date = ¿Qué día quiere decir?
cannot-skip = Ese dato me hace falta.
choose-again = ¿Cuál de estas le conviene?
many-choices = Hay { $count } opciones. Toque una, o escriba su número o su nombre.

## Lo que no puede ser
invalid-service = Lo siento, no ofrecemos { $said }.
invalid-staff = Aquí no trabaja nadie que se llame { $said }.
invalid-place = No conozco ese local.
invalid-date = { $why ->
    [past] Ese día ya ha pasado.
   *[other] «{ $said }» no es un día del calendario.
}
invalid-time = { $why ->
    [past] Esa hora ya ha pasado.
   *[other] «{ $said }» no es una hora.
}
invalid-party-size = Necesito un número de personas, desde 1.
invalid-name = No puedo leer eso como un nombre.
invalid-phone = «{ $said }» no parece un teléfono completo.
invalid-email = «{ $said }» no parece un correo electrónico.
invalid-notes = Eso no lo puedo anotar.
date-past = { $date } ya ha pasado.
date-too-far = Puedo reservar hasta { $last }.
party-too-large = Para { $said } personas nuestro equipo prepara la mesa en persona.
staff-does-not = { $staff } no hace { $service }.
staff-not-here = Esa persona no está aquí para esto.
staff-only = Eso solo lo hace { $staff }.
not-together = No puedo reservar eso junto con una sola persona.
booking-unmoved = Su reserva ya está ahí, así que no cambia nada.

## Cuando no está libre
not-free-full = { $staff ->
    [none] { $wanted } está ocupado.
   *[other] { $staff } no está libre { $wanted-on }.
}
not-free-taken = { $wanted } se acaba de ocupar.
not-free-closed = { $date-on } está cerrado.
not-free-outside = { $wanted-on } no está abierto.
not-free-late = { $wanted } queda demasiado cerca del cierre.
not-free-past = { $wanted } ya ha pasado.
not-free-soon = { $wanted } es demasiado pronto para reservar.
no-day-full = { $staff ->
    [none] { $date-on } no queda nada libre.
   *[other] { $staff } no tiene nada libre { $date-on }.
}
no-day-taken = La última hora libre { $date-on } se acaba de ocupar.
no-day-closed = { $date-on } está cerrado.
no-days = Esos días no queda nada libre.
nothing-free = No encuentro nada cerca de eso.
nothing-there = Ahí no hay nada libre, lo siento.
none-suits = De acuerdo, ninguna de esas.
offer-nearest = { $why ->
    [days] A la misma hora está libre estos días:
    [staff] { $staff } está libre a estas horas:
    [others] Otra persona tiene hueco:
   *[other] Lo más cercano que hay libre:
}
offer-these = Están libres:
offer-one = { $why ->
    [others] { $staff } tiene hueco a esa hora. ¿Le conviene?
   *[other] Lo más cercano libre es esto. ¿Le conviene?
}
correction-not-free = { $why ->
    [closed] { $date-on } está cerrado.
    [outside] { $wanted-on } no está abierto.
    [past] { $wanted } ya ha pasado.
    [soon] { $wanted } es demasiado pronto para reservar.
    [late] { $wanted } queda demasiado cerca del cierre.
    [taken] { $wanted } se acaba de ocupar.
   *[other] { $wanted } está ocupado.
} Le sigo guardando { $kept }. ¿Lo reservo así o prefiere otra hora?

## La lista de espera
visit-what = { $what }{ $staff ->
    [none] {""}
   *[other] {" "}con { $staff }
}
visit-when = { $when-full } ({ $city })
visit = { $what }{ $staff ->
    [none] {""}
   *[other] {" "}con { $staff }
}{ $place ->
    [none] {""}
   *[other] {" "}en { $place }
}, { $when-full }{ $price ->
    [none] {""}
   *[other] , { $price }
}
waitlist-wish = { $what }{ $staff ->
    [none] {""}
   *[other] {" "}con { $staff }
}{ $place ->
    [none] {""}
   *[other] {" "}en { $place }
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
waitlist-yes = Puedo apuntarle en nuestra lista de espera.
waitlist-joined = Está en la lista de espera: { $wish }. En cuanto haya algo libre le escribo aquí y se lo guardo { $minutes } minutos.
waitlist-already = Está en la lista de espera: { $wish }. Le escribo aquí en cuanto haya algo libre.
waitlist-none = No está en la lista de espera.
waitlist-left = De acuerdo, ya no está en la lista de espera.
waitlist-off = Lo siento, no llevamos lista de espera.
waitlist-enough = Ya está esperando varias cosas. Dígame primero cuál quito de la lista.
waitlist-free = No hace falta esperar, hay algo libre.
waitlist-not-for-moves = No puedo poner en la lista de espera una reserva que se está cambiando. Nuestro equipo sí puede: pida hablar con una persona.
waitlist-which-time = ¿Qué hora quiere esperar?
ask-waitlist = ¿Le apunto en la lista de espera ({ $wish }) o prefiere otro día?
waitlist-offer = Buenas noticias, ha quedado libre: { $visit }. Se lo guardo hasta las { $until }. ¿Lo quiere?
waitlist-stay = De acuerdo, lo he soltado. ¿Le mantengo en la lista de espera?
waitlist-stays = Sigue en la lista de espera. Le escribo en cuanto vuelva a haber algo libre.
waitlist-over = No he podido guardarlo más tiempo y lo he soltado: { $visit }. Sigue en la lista de espera y le escribo cuando vuelva a haber algo libre.

## Confirmar
summary = { $what }{ $staff ->
    [none] {""}
   *[other] {" "}con { $staff }
}{ $place ->
    [none] {""}
   *[other] {" "}en { $place }
}, { $when-full }{ $price ->
    [none] {""}
   *[other] , { $price }
}{ $name ->
    [none] {""}
   *[other] , a nombre de { $name }
}. ¿Lo reservo?
summary-move = Lo pasaría a { $when-full }{ $staff ->
    [none] {""}
   *[other] {" "}con { $staff }
}. ¿Lo hago?
booking-reminder = Recordatorio: { $what }, { $when }, { $where }.
booked = Reservado: { $what }{ $staff ->
    [none] {""}
   *[other] {" "}con { $staff }
}, { $when-full }{ $address ->
    [none] {""}
   *[other] , { $address }
}. Hasta entonces.
moved = Cambiado: { $what }, ahora { $when-full }{ $staff ->
    [none] {""}
   *[other] {" "}con { $staff }
}. Hasta entonces.
cancelled = Anulado: { $what }, { $when-full }.
contact-saved = Gracias, lo he anotado.
noted = Lo he anotado.
no-contact = De acuerdo. Siempre puede escribirnos aquí.
all-done = Está todo listo.
draft-forgotten = De acuerdo, olvidado.

## Reservas que ya existen
no-bookings = No encuentro ninguna reserva suya pendiente.
your-booking = Tiene { $what }{ $staff ->
    [none] {""}
   *[other] {" "}con { $staff }
}, { $when-full }.
which-booking-it-is = Es { $what }, { $when-full }.
what-to-do-with-it = ¿Quiere cambiarla?
ask-which-booking = ¿Qué reserva quiere decir?
ask-cancel = Tiene { $what }, { $when-full }. ¿La anulo?
ask-cancel-again = ¿La anulo?
booking-stays = De acuerdo, su reserva se queda como está.
booking-closed = Esa reserva ya no se puede cambiar aquí.{ $phone ->
    [none] {""}
   *[other] {" "}Llámenos, por favor: { $phone }.
}
dropped = De acuerdo, lo dejo. No se ha reservado nada.
restarted = De acuerdo, desde el principio.

## Respuestas
hours = { $hours }
hours-on = { $date-on } abrimos { $hours }.
hours-closed-on = { $date-on } está cerrado.
address = { $address ->
    [none] No tengo aquí la dirección.
   *[other] Estamos en { $address }.
}{ $directions ->
    [none] {""}
   *[other] {" "}{ $directions }
}
address-of = { $place }: { $address }
prices = { $list }
no-prices = No tengo aquí los precios.{ $phone ->
    [none] {""}
   *[other] {" "}Llámenos, por favor: { $phone }.
}
services = { $list }
service-offered = Sí: { $list }
staff = Aquí trabajan { $list }.
no-staff = Le atiende todo nuestro equipo.
phone = { $phone ->
    [none] Nos encuentra aquí, en el chat.
   *[other] Nuestro teléfono es { $phone }.
}{ $email ->
    [none] {""}
   *[other] {" "}Por correo: { $email }.
}
faq = { $answer }
i-am-a-bot = Soy un asistente automático. Una persona le atiende cuando la pida.
no-answer = Eso no lo sé, lo siento.{ $phone ->
    [none] {""}
   *[other] {" "}Nuestro equipo sí: { $phone }, o pida aquí hablar con una persona.
}

## Personas
handed-over = He avisado a alguien de nuestro equipo. Le responderá aquí mismo.
nobody-here = Ahora no hay nadie en el chat.{ $phone ->
    [none] {""}
   *[other] {" "}Puede llamarnos: { $phone }.
}{ $email ->
    [none] {""}
   *[other] {" "}O escribir a { $email }.
}
nobody-free = Ahora mismo nadie de nuestro equipo está libre, así que sigo ayudándole yo.{ $phone ->
    [none] {""}
   *[other] {" "}También puede llamar: { $phone }.
}
staff-joined = { $name }, de nuestro equipo, está ahora con usted.
bot-again = Le atiende de nuevo el asistente de { $business }.
sorry = Lo lamento.

## Cortesía y final
welcome = De nada.
take-your-time = Tómese su tiempo.
goodbye = Adiós, hasta pronto.
opted-out = No recibirá más mensajes nuestros. Escriba «empezar» si cambia de idea.
opted-in = Bienvenido de nuevo.
nudge = ¿Sigue ahí?

## Opciones
manage-link = Para verla, cambiarla o anularla: { $link }
choice-yes = Sí
choice-no = No
choice-skip = Omitir
choice-change = Cambiar
choice-keep = Dejarlo así
choice-cancel = Sí, anular
choice-keep-booking = Conservarla
choice-drop = Dejarlo
choice-change-date = Día
choice-change-time = Hora
choice-change-service = Servicio
choice-change-staff = Persona
choice-change-party-size = Personas
choice-book = Reservar
choice-mine = Mis reservas
choice-hours = Horario
choice-move = Cambiarla
choice-cancel-booking = Anularla
choice-resume = Seguir
choice-forget = Olvidarla
choice-waitlist = Lista de espera
choice-take = Lo quiero
choice-decline = No, gracias
choice-stay = Seguir en la lista
choice-leave = Quitarme
choice-other-day = Otro día
choice-more = Más opciones
list-opener = Elegir

## Errores
error-internal = Algo ha fallado por nuestra parte. No se ha perdido nada; alguien lo revisará.
opening-taken = Esa hora se acaba de ocupar.
malformed = No puedo leer eso.
