### A restaurant's own words.
help = You can book, move or cancel a table here, or ask about hours and how to find us. What would you like?
ask-time = These times are free { $date-on }. Which one suits you?
summary = A table for { $party }{ $features ->
    [none] {""}
   *[other] {" "}{ $features }
} on { $when-full }{ $name ->
    [none] {""}
   *[other] , for { $name }
}. Shall I book it?
summary-move = I would move it to { $when-full }, a table for { $party }. Shall I?
booked = Booked: a table for { $party }{ $features ->
    [none] {""}
   *[other] {" "}{ $features }
} on { $when-full }{ $address ->
    [none] {""}
   *[other] , { $address }
}. See you then.
moved = Moved: your table for { $party } is now on { $when-full }. See you then.
cancelled = Cancelled: your table for { $party } on { $when-full }.
your-booking = You have a table for { $party } on { $when-full }.
which-booking-it-is = It is a table for { $party } on { $when-full }.
ask-cancel = You have a table for { $party } on { $when-full }. Shall I cancel it?
not-free-full = { $wanted } is full.
services = We serve lunch and dinner, and I can book you a table.
ask-name = What name shall I book the table under?
choice-book = Book a table
visit-what = a table for { $party }
visit = a table for { $party }{ $features ->
    [none] {""}
   *[other] {" "}{ $features }
} on { $when-full }
waitlist-wish = a table for { $party }{ $features ->
    [none] {""}
   *[other] {" "}{ $features }
}, { $last ->
    [none] { $first }
   *[other] { $first } – { $last }
}{ $span ->
    [any] {""}
    [at] {" "}at { $from }
    [from] {" "}from { $from }
    [until] {" "}until { $to }
   *[between] , { $from }–{ $to }
}
feature-window = by the window
feature-quiet = in a quiet spot
feature-outdoor = outside
feature-accessible = with wheelchair access
features-none = We have no table { $features }, I'm afraid. I have noted your wish.
features-not-free = No table { $features } is free then. Shall I book another table, or is another time better?
features-not-that-day = No table { $features } is free then. These times are free at other tables:
choice-other-table = Another table
