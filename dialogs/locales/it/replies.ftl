### Quello che dice l'assistente, in parole generali. Le parole di un mestiere stanno nel file con il suo nome.
### $when è relativo ("domani alle 15:00"), $when-on lo stesso dentro una frase, $when-full dice sempre la data.

## Giorni e ore
today = oggi
tomorrow = domani
on-day = { $day }
day-at-time = { $day } alle { $time }
closed-all-day = chiuso
priced = { $name }, { $minutes } min{ $price ->
    [none] {""}
   *[other] , { $price }
}

## Saluto e aiuto
greeting = { $name ->
    [none] Salve, sono l'assistente di { $business }.
   *[other] Salve { $name }, sono l'assistente di { $business }.
}
help-first = Come posso aiutarla?
help-again = Che piacere risentirla. Come posso aiutarla?
help = Qui può prenotare, spostare o annullare un appuntamento, oppure chiedere di orari, prezzi e come raggiungerci. Che cosa desidera?
help-short = Posso fare altro per lei?
help-under-way = Risponda pure con parole sue. Può cambiare tutto finché non conferma, scrivere «annulla» per lasciar perdere o chiedere di parlare con una persona.
not-understood = Mi scusi, non ho capito.
could-not-understand = Mi dispiace, continuo a non capire.
unsupported = Per ora riesco a leggere solo il testo. Potrebbe scriverlo?
sent-voice = Non posso ascoltare i messaggi vocali. Potrebbe scriverlo?{ $people ->
    [none] {""}
   *[other] {" "}Se preferisce, chieda di parlare con una persona.
}
sent-picture = Non posso vedere foto o video. Potrebbe dirmelo a parole?{ $people ->
    [none] {""}
   *[other] {" "}Oppure chieda di parlare con una persona, che potrà guardarli.
}
sent-file = Non posso aprire i file. Potrebbe scrivere di che cosa si tratta?{ $people ->
    [none] {""}
   *[other] {" "}Oppure chieda di parlare con una persona, che potrà aprirlo.
}
sent-sticker = Grazie! Però capisco soltanto le parole.
sent-contact = Grazie, ma non posso usare quel contatto. Per lasciare il suo numero, lo scriva qui.
order-passed-on = Grazie per il suo ordine, lo passo al nostro personale.
order-not-here = Grazie, ma qui non posso prendere ordini dal catalogo.
link-arrived = Eccoci qui: riprendiamo quello che aveva iniziato.
link-over = Quel link è scaduto, ma posso aiutarla qui.
stale-tap = Quella scelta fa parte di un messaggio precedente e non è più valida.
late-message = Ho ricevuto il suo messaggio solo adesso, quindi preferisco chiedere prima di procedere.
try-again = In questo momento arrivano molte prenotazioni insieme e non sono riuscito a concludere. Non è stato prenotato nulla: mi riscriva tra un attimo, per favore.

## Domande
ask-service = Che cosa desidera prenotare?
ask-variant = { $service }: quale desidera?
    { $list }
ask-addon-to = { $addon } si aggiunge a un altro servizio. A quale lo aggiungo?
ask-place = Quale delle nostre sedi preferisce?
ask-date = Che giorno preferisce?
ask-new-date = Quale altro giorno preferisce?
ask-party-size = Per quante persone?
ask-name = A che nome faccio la prenotazione?
ask-phone = A quale numero di telefono possiamo contattarla?
ask-email = A quale indirizzo e-mail possiamo contattarla?
ask-staff = Preferisce qualcuno in particolare?
ask-time = { $date-on } sono liberi questi orari. Quale preferisce?
ask-time-one = { $date-on } è rimasto libero un solo orario. Le va bene?
ask-time-again = A che ora preferisce?
ask-opening = Questi sono liberi. Quale preferisce?
ask-change = Che cosa desidera cambiare?
ask-resume = Aveva iniziato una prenotazione. La riprendiamo?
ask-contact = A quale numero di telefono o indirizzo e-mail possiamo avvisarla, se cambia qualcosa?
which-service = Quale intende?
which-staff = Chi intende?
which-time = Intende alle { $first } o alle { $second }?
which-date = Quale giorno intende?
cannot-skip = Questo dato mi serve.
choose-again = Quale di questi preferisce?
many-choices = Ci sono { $count } scelte. Ne tocchi una, oppure scriva il numero o il nome.

## Quello che non si può
invalid-service = Mi dispiace, non offriamo { $said }.
invalid-staff = Qui non lavora nessuno che si chiama { $said }.
invalid-place = Questa sede non la conosco.
invalid-date = { $why ->
    [past] Quel giorno è già passato.
   *[other] «{ $said }» non è un giorno del calendario.
}
invalid-time = { $why ->
    [past] Quell'ora è già passata.
   *[other] «{ $said }» non è un orario.
}
invalid-party-size = Mi serve un numero di persone, da 1 in su.
invalid-name = Non riesco a leggerlo come un nome.
invalid-phone = «{ $said }» non sembra un numero di telefono completo.
invalid-email = «{ $said }» non sembra un indirizzo e-mail.
invalid-notes = Questo non posso annotarlo.
date-past = { $date } è già passato.
date-too-far = Posso prenotare fino a { $last }.
party-too-large = Per { $said } persone il nostro personale organizza il tavolo direttamente con lei.
staff-does-not = { $staff } non si occupa di { $service }.
staff-not-here = Quella persona qui non se ne occupa.
staff-only = Se ne occupa solo { $staff }.
not-together = Non posso prenotarli insieme con la stessa persona.
booking-unmoved = La sua prenotazione è già lì, quindi non cambia nulla.

## Quando non è libero
not-free-full = { $staff ->
    [none] { $wanted } purtroppo non c'è posto.
   *[other] { $staff } purtroppo non è disponibile { $wanted-on }.
}
not-free-taken = { $wanted } purtroppo non c'è più posto: l'ha appena preso qualcun altro.
not-free-closed = { $date-on } siamo chiusi.
not-free-outside = { $wanted-on } siamo chiusi.
not-free-late = { $wanted } è troppo a ridosso della chiusura.
not-free-past = { $wanted } è già passato.
not-free-soon = Per { $wanted } purtroppo il preavviso è troppo breve.
no-day-full = { $staff ->
    [none] { $date-on } purtroppo non c'è più posto.
   *[other] { $staff } purtroppo non ha orari liberi { $date-on }.
}
no-day-taken = L'ultimo orario libero di { $date-on } è stato appena preso.
no-day-closed = { $date-on } siamo chiusi.
no-days = In quei giorni purtroppo non c'è posto.
nothing-free = Purtroppo non trovo nulla di vicino.
nothing-there = Purtroppo lì non c'è nulla di libero.
none-suits = D'accordo, nessuno di questi.
offer-nearest = { $why ->
    [days] Alla stessa ora è libero in questi giorni:
    [staff] { $staff } è libero in questi orari:
    [others] C'è posto con qualcun altro:
   *[other] Gli orari liberi più vicini:
}
offer-these = Questi sono liberi:
offer-one = { $why ->
    [others] { $staff } è disponibile a quell'ora. Le va bene?
   *[other] L'orario libero più vicino è questo. Le va bene?
}
correction-not-free = { $why ->
    [closed] { $date-on } siamo chiusi.
    [outside] { $wanted-on } siamo chiusi.
    [past] { $wanted } è già passato.
    [soon] Per { $wanted } purtroppo il preavviso è troppo breve.
    [late] { $wanted } è troppo a ridosso della chiusura.
    [taken] { $wanted } purtroppo non c'è più posto: l'ha appena preso qualcun altro.
   *[other] { $wanted } purtroppo non c'è posto.
} Le tengo ancora il posto di { $kept }. Prenoto quello o preferisce un altro orario?

## La lista d'attesa
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
   *[other] {" "}nella sede { $place }
}, { $when-full }{ $price ->
    [none] {""}
   *[other] , { $price }
}
waitlist-wish = { $what }{ $staff ->
    [none] {""}
   *[other] {" "}con { $staff }
}{ $place ->
    [none] {""}
   *[other] {" "}nella sede { $place }
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
waitlist-yes = Posso metterla nella nostra lista d'attesa.
waitlist-joined = È in lista d'attesa: { $wish }. Appena si libera qualcosa le scrivo qui e glielo tengo per { $minutes } minuti.
waitlist-already = È in lista d'attesa: { $wish }. Le scrivo qui appena si libera qualcosa.
waitlist-none = Non è in lista d'attesa.
waitlist-left = D'accordo, l'ho tolta dalla lista d'attesa.
waitlist-off = Purtroppo non abbiamo una lista d'attesa.
waitlist-enough = Sta già aspettando più cose. Mi dica prima quale togliere dalla lista.
waitlist-free = Non serve aspettare, c'è posto.
waitlist-not-for-moves = Non posso mettere in lista d'attesa una prenotazione che si sta spostando. Il nostro team può: chieda di parlare con una persona.
waitlist-which-time = Per quale orario vuole aspettare?
ask-waitlist = La metto in lista d'attesa ({ $wish }) o preferisce un altro giorno?
waitlist-offer = Buone notizie, si è liberato: { $visit }. Glielo tengo fino alle { $until }. Lo vuole?
waitlist-stay = D'accordo, l'ho liberato. Resta in lista d'attesa?
waitlist-stays = Resta in lista d'attesa. Le scrivo appena si libera di nuovo qualcosa.
waitlist-over = Non ho potuto tenerlo più a lungo e l'ho liberato: { $visit }. Resta in lista d'attesa e le scrivo quando si libera di nuovo qualcosa.

## Conferma
summary = { $what }{ $staff ->
    [none] {""}
   *[other] {" "}con { $staff }
}{ $place ->
    [none] {""}
   *[other] {" "}nella sede { $place }
}, { $when-full }{ $price ->
    [none] {""}
   *[other] , { $price }
}{ $name ->
    [none] {""}
   *[other] , a nome di { $name }
}. Confermo la prenotazione?
summary-move = Sposterei la prenotazione a { $when-full }{ $staff ->
    [none] {""}
   *[other] {" "}con { $staff }
}. Confermo?
booking-reminder = Promemoria: { $what }, { $when }, { $where }.
booked = Prenotazione confermata: { $what }{ $staff ->
    [none] {""}
   *[other] {" "}con { $staff }
}, { $when-full }{ $address ->
    [none] {""}
   *[other] , { $address }
}. A presto!
moved = Prenotazione spostata: { $what }, ora { $when-full }{ $staff ->
    [none] {""}
   *[other] {" "}con { $staff }
}. A presto!
cancelled = Prenotazione annullata: { $what }, { $when-full }.
contact-saved = Grazie, ne ho preso nota.
noted = Ne ho preso nota.
no-contact = Va bene. Può sempre scriverci qui.
all-done = È tutto a posto.
draft-forgotten = Va bene, lascio perdere quella di prima.

## Prenotazioni esistenti
no-bookings = Non trovo nessuna sua prenotazione in programma.
your-booking = Ha una prenotazione: { $what }{ $staff ->
    [none] {""}
   *[other] {" "}con { $staff }
}, { $when-full }.
which-booking-it-is = È questa: { $what }, { $when-full }.
what-to-do-with-it = Desidera cambiarla?
ask-which-booking = Quale prenotazione intende?
ask-cancel = Ha una prenotazione: { $what }, { $when-full }. La annullo?
ask-cancel-again = La annullo?
booking-stays = Va bene, la sua prenotazione resta com'è.
booking-closed = Quella prenotazione qui non si può più cambiare.{ $phone ->
    [none] {""}
   *[other] {" "}Ci chiami, per favore: { $phone }.
}
dropped = Va bene, lascio perdere. Non è stato prenotato nulla.
restarted = Va bene, ricominciamo da capo.

## Risposte
hours = { $hours }
hours-on = { $date-on } siamo aperti con orario { $hours }.
hours-closed-on = { $date-on } siamo chiusi.
address = { $address ->
    [none] Qui non ho l'indirizzo.
   *[other] Ci trova in { $address }.
}{ $directions ->
    [none] {""}
   *[other] {" "}{ $directions }
}
address-of = { $place }: { $address }
prices = { $list }
no-prices = Qui non ho i prezzi.{ $phone ->
    [none] {""}
   *[other] {" "}Ci chiami, per favore: { $phone }.
}
services = { $list }
service-offered = Sì: { $list }
staff = Da noi trova { $list }.
no-staff = Si prende cura di lei tutto il nostro personale.
phone = { $phone ->
    [none] Ci trova qui in chat.
   *[other] Il nostro numero è { $phone }.
}{ $email ->
    [none] {""}
   *[other] {" "}Per e-mail: { $email }.
}
faq = { $answer }
i-am-a-bot = Sono un assistente automatico. Se lo desidera, le risponde una persona: basta chiedere.
no-answer = Questo purtroppo non lo so.{ $phone ->
    [none] {""}
   *[other] {" "}Il nostro personale sì: { $phone }, oppure chieda qui di parlare con una persona.
}

## Persone
handed-over = Ho avvisato il nostro personale. Le risponderanno qui in chat.
nobody-here = In questo momento non c'è nessuno in chat.{ $phone ->
    [none] {""}
   *[other] {" "}Può chiamarci: { $phone }.
}{ $email ->
    [none] {""}
   *[other] {" "}Oppure scrivere a { $email }.
}
nobody-free = Al momento nessuno del nostro personale è libero, quindi continuo ad aiutarla io.{ $phone ->
    [none] {""}
   *[other] {" "}Può anche chiamare: { $phone }.
}
staff-joined = Ora le risponde { $name }, del nostro personale.
bot-again = Le risponde di nuovo l'assistente di { $business }.
sorry = Mi dispiace davvero.

## Convenevoli e fine
welcome = Prego, è stato un piacere.
take-your-time = Faccia pure con calma.
goodbye = Arrivederci, a presto!
opted-out = Non riceverà più nostri messaggi. Se cambia idea, scriva «inizia».
opted-in = Che piacere risentirla.
nudge = È ancora lì?

## Scelte
manage-link = Per vederla, spostarla o annullarla: { $link }
choice-yes = Sì
choice-no = No
choice-skip = Salta
choice-change = Cambia
choice-keep = Va bene così
choice-cancel = Sì, annulla
choice-keep-booking = No, la tengo
choice-drop = Lascia perdere
choice-change-date = Giorno
choice-change-time = Orario
choice-change-service = Servizio
choice-change-staff = Persona
choice-change-party-size = Persone
choice-book = Prenota
choice-mine = Le mie prenotazioni
choice-hours = Orari di apertura
choice-move = Sposta
choice-cancel-booking = Annulla
choice-resume = Continua
choice-forget = Ricomincia
choice-waitlist = Lista d'attesa
choice-take = Lo prendo
choice-decline = No, grazie
choice-stay = Resto in lista
choice-leave = Mi tolga
choice-other-day = Un altro giorno
choice-more = Altre scelte
list-opener = Scegli

## Errori
error-internal = Qualcosa non ha funzionato da parte nostra. Non è andato perso nulla: qualcuno se ne occuperà.
opening-taken = Quell'orario è stato appena preso.
malformed = Non riesco a leggerlo.
