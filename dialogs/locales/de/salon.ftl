### Eigene Worte eines Salons.
staff-not-here = Diese Person ist dafür nicht bei uns.
choice-book = Termin buchen
ask-staff = Möchten Sie zu jemand Bestimmtem?
