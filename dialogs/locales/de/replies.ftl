### Was der Assistent sagt, in allgemeinen Worten. Die eigenen Worte einer Branche stehen in der Datei ihres Namens und gehen diesen vor.

## Tage und Zeiten
today = heute
tomorrow = morgen
on-day = am { $day }
day-at-time = { $day } um { $time } Uhr
closed-all-day = geschlossen
priced = { $name }, { $minutes } Min.{ $price ->
    [none] {""}
   *[other] , { $price }
}

## Begrüßung und Hilfe
greeting = { $name ->
    [none] Hallo, hier ist der Assistent von { $business }.
   *[other] Hallo { $name }, hier ist der Assistent von { $business }.
}
help-first = Was kann ich für Sie tun?
help-again = Hallo, schön, wieder von Ihnen zu hören. Was kann ich für Sie tun?
help = Sie können hier Termine buchen, verschieben oder absagen und nach Öffnungszeiten, Preisen und dem Weg fragen. Was darf es sein?
help-short = Was kann ich noch für Sie tun?
help-under-way = Antworten Sie einfach in Ihren eigenen Worten. Bis zu Ihrem Ja lässt sich alles noch ändern; mit „abbrechen“ hören wir auf, und auf Wunsch hole ich jemanden aus dem Team.
not-understood = Entschuldigung, das habe ich nicht verstanden.
could-not-understand = Es tut mir leid, ich verstehe es immer noch nicht.
unsupported = Ich kann bisher nur Text lesen. Könnten Sie es bitte schreiben?
sent-voice = Sprachnachrichten kann ich leider nicht anhören. Könnten Sie es bitte schreiben?{ $people ->
    [none] {""}
   *[other] {" "}Oder schreiben Sie mir, dass Sie mit jemandem sprechen möchten.
}
sent-picture = Bilder und Videos kann ich leider nicht sehen. Könnten Sie es in Worten sagen?{ $people ->
    [none] {""}
   *[other] {" "}Oder schreiben Sie mir, dass Sie mit jemandem sprechen möchten.
}
sent-file = Dateien kann ich leider nicht öffnen. Könnten Sie schreiben, worum es geht?{ $people ->
    [none] {""}
   *[other] {" "}Oder schreiben Sie mir, dass Sie mit jemandem sprechen möchten.
}
sent-sticker = Danke! Ich verstehe allerdings nur Worte.
sent-contact = Danke, mit dieser Karte kann ich aber nichts anfangen. Ihre eigene Nummer schreiben Sie einfach hier.
order-passed-on = Danke für Ihre Bestellung, ich gebe sie weiter.
order-not-here = Danke, aber Bestellungen aus dem Katalog kann ich hier nicht annehmen.
link-arrived = Schön, dass Sie da sind. Wir machen mit dem weiter, was Sie angefangen haben.
link-over = Dieser Link ist abgelaufen, aber ich helfe Ihnen gern gleich hier.
stale-tap = Diese Auswahl gehört zu einer früheren Nachricht und gilt nicht mehr.
late-message = Ihre Nachricht ist gerade erst bei mir angekommen, deshalb frage ich lieber nach.
try-again = Gerade wird sehr viel gebucht, und ich bin damit nicht fertig geworden. Es wurde nichts gebucht. Bitte schreiben Sie gleich noch einmal.

## Fragen
ask-service = Was dürfen wir für Sie tun?
ask-variant = { $service }: Was davon darf es sein?
    { $list }
ask-addon-to = { $addon } gibt es zu etwas anderem dazu. Wozu möchten Sie es?
ask-place = Welcher unserer Standorte passt Ihnen?
ask-date = An welchem Tag passt es Ihnen?
ask-new-date = Welcher andere Tag passt Ihnen?
ask-party-size = Für wie viele Personen?
ask-name = Auf welchen Namen darf ich buchen?
ask-phone = Unter welcher Telefonnummer erreichen wir Sie?
ask-email = Unter welcher E-Mail-Adresse erreichen wir Sie?
ask-staff = Möchten Sie zu jemand Bestimmtem?
ask-time = { $date-on } sind diese Zeiten frei. Welche passt Ihnen?
ask-time-one = { $date-on } ist noch eine Zeit frei. Passt sie Ihnen?
ask-time-again = Welche Uhrzeit passt Ihnen?
ask-opening = Diese Zeiten sind frei. Welche passt Ihnen?
ask-change = Was möchten Sie ändern?
ask-resume = Sie hatten schon eine Buchung angefangen. Sollen wir damit weitermachen?
ask-contact = Unter welcher Telefonnummer oder E-Mail-Adresse erreichen wir Sie, falls sich etwas ändert?
which-service = Was davon meinen Sie?
which-staff = Wen meinen Sie?
which-time = Meinen Sie { $first } oder { $second } Uhr?
which-date = Welchen Tag meinen Sie?
cannot-skip = Diese Angabe brauche ich leider.
choose-again = Was davon passt Ihnen?
many-choices = Es stehen { $count } zur Auswahl. Tippen Sie auf eine Zeile, oder schreiben Sie die Nummer oder den Namen.

## Was nicht sein kann
invalid-service = „{ $said }“ bieten wir leider nicht an.
invalid-staff = Bei uns arbeitet niemand namens { $said }.
invalid-place = Diesen Standort kenne ich nicht.
invalid-date = { $why ->
    [past] Dieser Tag ist schon vorbei.
   *[other] „{ $said }“ ist kein Tag im Kalender.
}
invalid-time = { $why ->
    [past] Diese Uhrzeit ist schon vorbei.
   *[other] „{ $said }“ ist keine Uhrzeit.
}
invalid-party-size = Ich brauche eine Personenzahl ab 1.
invalid-name = Das kann ich nicht als Namen lesen.
invalid-phone = „{ $said }“ sieht nicht nach einer vollständigen Telefonnummer aus.
invalid-email = „{ $said }“ sieht nicht nach einer E-Mail-Adresse aus.
invalid-notes = Das kann ich nicht notieren.
date-past = Dieser Tag ({ $date }) ist schon vorbei.
date-too-far = Bis { $last } kann ich buchen, weiter im Voraus leider nicht.
party-too-large = Für { $said } Personen plant unser Team den Tisch persönlich mit Ihnen.
staff-does-not = { $service } gibt es bei { $staff } leider nicht.
staff-not-here = Diese Person ist dafür nicht bei uns.
staff-only = Das macht bei uns nur { $staff }.
not-together = Das lässt sich nicht zusammen bei einer Person buchen.
booking-unmoved = Ihr Termin ist bereits genau dort, es ändert sich also nichts.

## Wenn es nicht frei ist
not-free-full = { $staff ->
    [none] { $wanted-on } ist leider nichts mehr frei.
   *[other] Bei { $staff } ist { $wanted-on } leider nichts mehr frei.
}
not-free-taken = { $wanted-on } ist leider gerade vergeben worden.
not-free-closed = { $date-on } haben wir geschlossen.
not-free-outside = { $wanted-on } haben wir nicht geöffnet.
not-free-late = { $wanted-on } reicht die Zeit bis zum Schließen leider nicht mehr.
not-free-past = Diese Zeit ({ $wanted }) ist schon vorbei.
not-free-soon = { $wanted-on } ist leider zu kurzfristig.
no-day-full = { $staff ->
    [none] { $date-on } ist leider nichts mehr frei.
   *[other] { $staff } hat { $date-on } leider nichts mehr frei.
}
no-day-taken = { $date-on } wurde gerade die letzte freie Zeit vergeben.
no-day-closed = { $date-on } haben wir geschlossen.
no-days = An diesen Tagen ist leider nichts mehr frei.
nothing-free = In der Nähe dieser Zeit finde ich leider nichts.
nothing-there = Dort ist leider nichts frei.
none-suits = In Ordnung, davon passt also nichts.
offer-nearest = { $why ->
    [days] Zur selben Zeit ist an diesen Tagen frei:
    [staff] { $staff } hat zu diesen Zeiten frei:
    [others] Jemand anders hat Zeit:
   *[other] Die nächsten freien Zeiten:
}
offer-these = Diese Zeiten sind frei:
offer-one = { $why ->
    [others] { $staff } hat dann Zeit. Passt das?
   *[other] Die nächste freie Zeit ist diese. Passt sie Ihnen?
}
correction-not-free = { $why ->
    [closed] { $date-on } haben wir geschlossen.
    [outside] { $wanted-on } haben wir nicht geöffnet.
    [past] Diese Zeit ({ $wanted }) ist schon vorbei.
    [soon] { $wanted-on } ist leider zu kurzfristig.
    [late] { $wanted-on } reicht die Zeit bis zum Schließen leider nicht mehr.
    [taken] { $wanted-on } ist leider gerade vergeben worden.
   *[other] { $wanted-on } ist leider nichts mehr frei.
} Weiterhin für Sie vorgemerkt: { $kept }. Soll ich das buchen, oder passt eine andere Zeit besser?

## Die Warteliste
visit-what = { $what }{ $staff ->
    [none] {""}
   *[other] {" "}bei { $staff }
}
visit-when = { $when-full } ({ $city })
visit = { $what }{ $staff ->
    [none] {""}
   *[other] {" "}bei { $staff }
}{ $place ->
    [none] {""}
   *[other] {" "}in { $place }
}, { $when-full }{ $price ->
    [none] {""}
   *[other] , { $price }
}
waitlist-wish = { $what }{ $staff ->
    [none] {""}
   *[other] {" "}bei { $staff }
}{ $place ->
    [none] {""}
   *[other] {" "}in { $place }
}, { $last ->
    [none] { $first }
   *[other] { $first } – { $last }
}{ $span ->
    [any] {""}
    [at] {" "}um { $from }
    [from] {" "}ab { $from }
    [until] {" "}bis { $to }
   *[between] , { $from }–{ $to }
}
waitlist-yes = Ich kann Sie auf unsere Warteliste setzen.
waitlist-joined = Sie stehen auf der Warteliste: { $wish }. Sobald etwas frei wird, schreibe ich Ihnen hier und halte es { $minutes } Minuten für Sie frei.
waitlist-already = Sie stehen auf der Warteliste: { $wish }. Ich schreibe Ihnen hier, sobald etwas frei wird.
waitlist-none = Sie stehen nicht auf der Warteliste.
waitlist-left = In Ordnung, Sie stehen nicht mehr auf der Warteliste.
waitlist-off = Eine Warteliste führen wir leider nicht.
waitlist-enough = Sie warten schon auf mehreres. Sagen Sie mir zuerst, was ich von der Liste nehmen soll.
waitlist-free = Sie müssen nicht warten, es ist etwas frei.
waitlist-not-for-moves = Einen Termin, der verschoben wird, kann ich leider nicht auf die Warteliste setzen. Unser Team kann es: Fragen Sie einfach nach einem Menschen.
waitlist-which-time = Auf welche Uhrzeit möchten Sie warten?
ask-waitlist = Soll ich Sie auf die Warteliste setzen ({ $wish }), oder passt Ihnen ein anderer Tag?
waitlist-offer = Gute Nachricht, es ist etwas frei geworden: { $visit }. Ich halte es bis { $until } für Sie frei. Möchten Sie es haben?
waitlist-stay = In Ordnung, ich habe es wieder freigegeben. Bleiben Sie auf der Warteliste?
waitlist-stays = Sie bleiben auf der Warteliste. Ich schreibe Ihnen, sobald wieder etwas frei wird.
waitlist-over = Länger konnte ich es nicht frei halten: { $visit }. Sie stehen weiter auf der Warteliste, und ich schreibe Ihnen, wenn wieder etwas frei wird.

## Bestätigen
summary = { $what }{ $staff ->
    [none] {""}
   *[other] {" "}bei { $staff }
}{ $place ->
    [none] {""}
   *[other] {" "}({ $place })
} am { $when-full }{ $price ->
    [none] {""}
   *[other] , { $price }
}{ $name ->
    [none] {""}
   *[other] , auf den Namen { $name }
}. Soll ich das so buchen?
summary-move = Ich würde den Termin auf { $when-full }{ $staff ->
    [none] {""}
   *[other] {" "}bei { $staff }
} verschieben. Einverstanden?
booking-reminder = Erinnerung: { $what }, { $when }, { $where }.
booked = Gebucht: { $what }{ $staff ->
    [none] {""}
   *[other] {" "}bei { $staff }
} am { $when-full }{ $address ->
    [none] {""}
   *[other] , { $address }
}. Wir freuen uns auf Sie!
moved = Verschoben: { $what }{ $staff ->
    [none] {""}
   *[other] {" "}bei { $staff }
}, jetzt am { $when-full }. Wir freuen uns auf Sie!
cancelled = Abgesagt: { $what } am { $when-full }.
contact-saved = Vielen Dank, das habe ich notiert.
noted = Das habe ich notiert.
no-contact = In Ordnung. Sie können uns hier jederzeit schreiben.
all-done = Es ist alles erledigt.
draft-forgotten = In Ordnung, schon vergessen.

## Bestehende Buchungen
no-bookings = Ich finde keine anstehende Buchung von Ihnen.
your-booking = Sie haben einen Termin: { $what }{ $staff ->
    [none] {""}
   *[other] {" "}bei { $staff }
} am { $when-full }.
which-booking-it-is = Es geht um { $what } am { $when-full }.
what-to-do-with-it = Möchten Sie daran etwas ändern?
ask-which-booking = Welche Buchung meinen Sie?
ask-cancel = Sie haben einen Termin: { $what } am { $when-full }. Soll ich ihn absagen?
ask-cancel-again = Soll ich wirklich absagen?
booking-stays = In Ordnung, Ihre Buchung bleibt, wie sie ist.
booking-closed = Diese Buchung lässt sich hier nicht mehr ändern.{ $phone ->
    [none] {""}
   *[other] {" "}Bitte rufen Sie uns an: { $phone }.
}
dropped = In Ordnung, wir lassen es. Es wurde nichts gebucht.
restarted = In Ordnung, noch einmal von vorn.

## Antworten
hours = { $hours }
hours-on = { $date-on } sind wir für Sie da: { $hours } Uhr.
hours-closed-on = { $date-on } haben wir geschlossen.
address = { $address ->
    [none] Die Adresse habe ich hier leider nicht.
   *[other] Sie finden uns hier: { $address }.
}{ $directions ->
    [none] {""}
   *[other] {" "}{ $directions }
}
address-of = { $place }: { $address }
prices = { $list }
no-prices = Preise habe ich hier leider nicht.{ $phone ->
    [none] {""}
   *[other] {" "}Bitte rufen Sie uns an: { $phone }.
}
services = { $list }
service-offered = Ja: { $list }
staff = Für Sie da: { $list }.
no-staff = Unser ganzes Team kümmert sich um Sie.
phone = { $phone ->
    [none] Sie erreichen uns hier im Chat.
   *[other] Unsere Telefonnummer ist { $phone }.
}{ $email ->
    [none] {""}
   *[other] {" "}Per E-Mail: { $email }.
}
faq = { $answer }
i-am-a-bot = Ich bin ein automatischer Assistent. Wenn Sie möchten, übernimmt jederzeit ein Mensch.
no-answer = Das weiß ich leider nicht.{ $phone ->
    [none] {""}
   *[other] {" "}Unser Team weiß es: { $phone }. Oder schreiben Sie mir, dass Sie mit jemandem sprechen möchten.
}

## Menschen
handed-over = Ich habe unserem Team Bescheid gegeben. Sie bekommen die Antwort gleich hier.
nobody-here = Gerade ist niemand am Chat.{ $phone ->
    [none] {""}
   *[other] {" "}Telefonisch erreichen Sie uns unter { $phone }.
}{ $email ->
    [none] {""}
   *[other] {" "}Oder schreiben Sie an { $email }.
}
nobody-free = Gerade ist niemand aus unserem Team frei, deshalb helfe ich Ihnen weiter.{ $phone ->
    [none] {""}
   *[other] {" "}Sie können auch anrufen: { $phone }.
}
staff-joined = { $name } aus unserem Team ist jetzt für Sie da.
bot-again = Hier ist wieder der Assistent von { $business }.
sorry = Das tut mir leid.

## Höflichkeit und Schluss
welcome = Gern geschehen.
take-your-time = Lassen Sie sich Zeit.
goodbye = Auf Wiedersehen, bis bald!
opted-out = Sie bekommen keine Nachrichten mehr von uns. Schreiben Sie „start“, wenn Sie es sich anders überlegen.
opted-in = Schön, dass Sie wieder da sind.
nudge = Sind Sie noch da?

## Auswahl
manage-link = Ansehen, verschieben oder absagen: { $link }
choice-yes = Ja
choice-no = Nein
choice-skip = Überspringen
choice-change = Ändern
choice-keep = Dabei bleiben
choice-cancel = Ja, absagen
choice-keep-booking = Behalten
choice-drop = Abbrechen
choice-change-date = Tag
choice-change-time = Uhrzeit
choice-change-service = Leistung
choice-change-staff = Person
choice-change-party-size = Personenzahl
choice-book = Buchen
choice-mine = Meine Buchungen
choice-hours = Öffnungszeiten
choice-move = Verschieben
choice-cancel-booking = Absagen
choice-resume = Weitermachen
choice-forget = Verwerfen
choice-waitlist = Warteliste
choice-take = Nehme ich
choice-decline = Nein, danke
choice-stay = Auf der Liste lassen
choice-leave = Von der Liste
choice-other-day = Anderer Tag
choice-more = Weitere anzeigen
list-opener = Auswählen

## Fehler
error-internal = Bei uns ist etwas schiefgegangen. Es ist nichts verloren, wir kümmern uns darum.
opening-taken = Diese Zeit ist leider gerade vergeben worden.
malformed = Das kann ich nicht lesen.
