### What the bot says, in general words. A trade's own words are in the file of its name and go before these.
### $when is relative ("tomorrow at 15:00"), $when-on the same inside a sentence ("on Sat 21 Nov at 15:00"),
### $when-full always names the date. "none" stands for what is not known.

## Words for days and times
today = today
tomorrow = tomorrow
on-day = on { $day }
day-at-time = { $day } at { $time }
closed-all-day = closed
priced = { $name }, { $minutes } min{ $price ->
    [none] {""}
   *[other] , { $price }
}

## Greeting and help
greeting = { $name ->
    [none] Hi, I'm the assistant of { $business }.
   *[other] Hi { $name }, I'm the assistant of { $business }.
}
help-first = What can I do for you?
help-again = Hello again. What can I do for you?
help = You can book, move or cancel a visit here, or ask about hours, prices and how to find us. What would you like?
help-short = What else can I do for you?
help-under-way = Just answer in your own words. You can change anything until you say yes, say "cancel" to stop, or ask for a person.
not-understood = Sorry, I didn't get that.
could-not-understand = I'm sorry, I still don't understand.
unsupported = I can only read text so far. Could you write it?
sent-voice = I can't listen to voice notes. Could you write it instead?{ $people ->
    [none] {""}
   *[other] {" "}If you'd rather talk to somebody, just ask for a person.
}
sent-picture = I can't see pictures or videos. Could you say it in words?{ $people ->
    [none] {""}
   *[other] {" "}Or ask for a person, who can have a look.
}
sent-file = I can't open files. Could you write what it is about?{ $people ->
    [none] {""}
   *[other] {" "}Or ask for a person, who can open it.
}
sent-sticker = Thank you! I only understand words, though.
sent-contact = Thank you, but I can't use that card. If it is about your own number, just write it here.
order-passed-on = Thank you for your order, I'm passing it on.
order-not-here = Thank you, but I can't take orders from the catalogue here.
link-arrived = Good to have you here. Let's go on with what you had begun.
link-over = That link has run out, but I can help you right here.
stale-tap = That choice is from an earlier message and no longer open.
late-message = I have only just received your message, so I'd rather ask than act on it.
try-again = A lot is being booked at this moment and I could not finish that. Nothing was booked. Please write again in a moment.

## Asking
ask-service = What would you like to have done?
ask-variant = Which { $service } would you like?
    { $list }
ask-addon-to = { $addon } is added to another service. Which one shall it go with?
ask-place = Which of our places suits you?
ask-date = Which day would suit you?
ask-new-date = Which day would suit you instead?
ask-party-size = How many people?
ask-name = What name shall I book it under?
ask-phone = What phone number can we reach you on?
ask-email = What e-mail address can we reach you on?
ask-staff = Would you like anybody in particular?
ask-time = These times are free { $date-on }. Which one suits you?
ask-time-one = One time is free { $date-on }. Does it suit you?
ask-time-again = Which time suits you?
ask-opening = These are free. Which one suits you?
ask-change = What would you like to change?
ask-resume = You had begun a booking. Shall we go on with it?
ask-contact = What phone number or e-mail can we reach you on, in case something changes?
which-service = Which one do you mean?
which-staff = Whom do you mean?
which-time = Do you mean { $first } or { $second }?
which-date = Which day do you mean?
cannot-skip = I do need that one.
choose-again = Which of these suits you?
many-choices = There are { $count } to choose from. Tap one, or write its number or its name.

## What cannot be
invalid-service = I'm afraid we don't offer { $said }.
invalid-staff = There is nobody called { $said } here.
invalid-place = I don't know that place.
invalid-date = { $why ->
    [past] That day is over already.
   *[other] “{ $said }” is not a day in the calendar.
}
invalid-time = { $why ->
    [past] That time is over already.
   *[other] “{ $said }” is not a time of day.
}
invalid-party-size = I need a number of people from 1 up.
invalid-name = I can't read that as a name.
invalid-phone = “{ $said }” does not look like a complete phone number.
invalid-email = “{ $said }” does not look like an e-mail address.
invalid-notes = I can't note that.
date-past = { $date } is over already.
date-too-far = I can book until { $last }.
party-too-large = For { $said } people our team arranges the table in person.
staff-does-not = { $staff } doesn't do { $service }.
staff-not-here = That person isn't here for this.
staff-only = Only { $staff } does that.
not-together = I can't book these together with one person.
booking-unmoved = Your booking is there already, so nothing changes.

## When it is not free
not-free-full = { $staff ->
    [none] { $wanted } is taken.
   *[other] { $staff } is busy { $wanted-on }.
}
not-free-taken = { $wanted } has just been taken.
not-free-closed = We are closed { $date-on }.
not-free-outside = We are not open { $wanted-on }.
not-free-late = { $wanted } is too close to closing for that.
not-free-past = { $wanted } is over already.
not-free-soon = { $wanted } is too soon to book.
no-day-full = { $staff ->
    [none] Nothing is free { $date-on }.
   *[other] { $staff } has nothing free { $date-on }.
}
no-day-taken = The last free time { $date-on } has just been taken.
no-day-closed = We are closed { $date-on }.
no-days = Nothing is free on those days.
nothing-free = I can't find anything near that.
nothing-there = There is nothing free there, I'm afraid.
none-suits = All right, none of those.
offer-nearest = { $why ->
    [days] The same time is free on these days:
    [staff] { $staff } is free at these times:
    [others] Somebody else has time:
   *[other] The nearest free times:
}
offer-these = These are free:
offer-one = { $why ->
    [others] { $staff } has time then. Does that suit you?
   *[other] The nearest free time is this one. Does it suit you?
}
correction-not-free = { $why ->
    [closed] We are closed { $date-on }.
    [outside] We are not open { $wanted-on }.
    [past] { $wanted } is over already.
    [soon] { $wanted } is too soon to book.
    [late] { $wanted } is too close to closing for that.
    [taken] { $wanted } has just been taken.
   *[other] { $wanted } is taken.
} I still have { $kept } for you. Shall I book that, or is another time better?

## The waitlist
visit-what = { $what }{ $staff ->
    [none] {""}
   *[other] {" "}with { $staff }
}
visit-when = { $when-full } ({ $city })
visit = { $what }{ $staff ->
    [none] {""}
   *[other] {" "}with { $staff }
}{ $place ->
    [none] {""}
   *[other] {" "}in { $place }
}, { $when-full }{ $price ->
    [none] {""}
   *[other] , { $price }
}
waitlist-wish = { $what }{ $staff ->
    [none] {""}
   *[other] {" "}with { $staff }
}{ $place ->
    [none] {""}
   *[other] {" "}in { $place }
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
waitlist-yes = I can put you on our waitlist.
waitlist-joined = You are on the waitlist: { $wish }. As soon as something is free I'll write to you here and keep it for you for { $minutes } minutes.
waitlist-already = You are on the waitlist: { $wish }. I'll write to you here as soon as something is free.
waitlist-none = You are not on the waitlist.
waitlist-left = All right, you are off the waitlist.
waitlist-off = We don't keep a waitlist, I'm afraid.
waitlist-enough = You are waiting for several things already. Tell me which of them to take off the list first.
waitlist-free = There is no need to wait, there is something free.
waitlist-not-for-moves = I can't put a booking that is being moved on the waitlist, I'm afraid. Our team can: just ask for a person.
waitlist-which-time = What time would you wait for?
ask-waitlist = Shall I put you on the waitlist ({ $wish }), or would another day suit you?
waitlist-offer = Good news, this has become free: { $visit }. I'll keep it for you until { $until }. Would you like it?
waitlist-stay = All right, I have given it back. Shall I keep you on the waitlist?
waitlist-stays = You stay on the waitlist. I'll write as soon as something is free again.
waitlist-over = I could keep it no longer and have given it back: { $visit }. You are still on the waitlist, and I will write when something is free again.

## Confirming
summary = { $what }{ $staff ->
    [none] {""}
   *[other] {" "}with { $staff }
}{ $place ->
    [none] {""}
   *[other] {" "}in { $place }
}, { $when-full }{ $price ->
    [none] {""}
   *[other] , { $price }
}, for { $name ->
    [none] you
   *[other] { $name }
}. Shall I book it?
summary-move = I would move it to { $when-full }{ $staff ->
    [none] {""}
   *[other] {" "}with { $staff }
}. Shall I?
booking-reminder = Reminder: { $what }, { $when }, { $where }.
booked = Booked: { $what }{ $staff ->
    [none] {""}
   *[other] {" "}with { $staff }
}, { $when-full }{ $address ->
    [none] {""}
   *[other] , { $address }
}. See you then.
moved = Moved: { $what }, now { $when-full }{ $staff ->
    [none] {""}
   *[other] {" "}with { $staff }
}. See you then.
cancelled = Cancelled: { $what }, { $when-full }.
contact-saved = Thank you, I have noted that.
noted = I have noted that.
no-contact = All right. You can always write to us here.
all-done = Everything is arranged.
draft-forgotten = All right, forgotten.

## Existing bookings
no-bookings = I can't find a booking of yours that is still to come.
your-booking = You have { $what }{ $staff ->
    [none] {""}
   *[other] {" "}with { $staff }
}, { $when-full }.
which-booking-it-is = It is { $what }, { $when-full }.
what-to-do-with-it = Would you like to change it?
ask-which-booking = Which booking do you mean?
ask-cancel = You have { $what }, { $when-full }. Shall I cancel it?
ask-cancel-again = Shall I cancel it?
booking-stays = All right, your booking stays as it is.
booking-closed = That booking can't be changed here any more.{ $phone ->
    [none] {""}
   *[other] {" "}Please call us: { $phone }.
}
dropped = All right, I have dropped that. Nothing was booked.
restarted = All right, from the beginning.

## Questions
hours = { $hours }
hours-on = { $date-on } we are open { $hours }.
hours-closed-on = { $date-on } we are closed.
address = { $address ->
    [none] I don't have the address here.
   *[other] We are at { $address }.
}{ $directions ->
    [none] {""}
   *[other] {" "}{ $directions }
}
address-of = { $place }: { $address }
prices = { $list }
no-prices = I don't have prices here.{ $phone ->
    [none] {""}
   *[other] {" "}Please call us: { $phone }.
}
services = { $list }
service-offered = Yes: { $list }
staff = { $list } work here.
no-staff = Our whole team looks after you.
phone = { $phone ->
    [none] You reach us here in the chat.
   *[other] Our number is { $phone }.
}{ $email ->
    [none] {""}
   *[other] {" "}By e-mail: { $email }.
}
faq = { $answer }
i-am-a-bot = I'm an automatic assistant. A person takes over whenever you ask for one.
no-answer = I don't know that, I'm afraid.{ $phone ->
    [none] {""}
   *[other] {" "}Our team does: { $phone }, or ask here for a person.
}

## People
handed-over = I have called somebody from our team. They answer right here.
nobody-here = There is nobody at the chat right now.{ $phone ->
    [none] {""}
   *[other] {" "}You can call us: { $phone }.
}{ $email ->
    [none] {""}
   *[other] {" "}Or write to { $email }.
}
nobody-free = Nobody of our team is free at the moment, so I go on helping you.{ $phone ->
    [none] {""}
   *[other] {" "}You can also call: { $phone }.
}
staff-joined = { $name } from our team is with you now.
bot-again = This is the assistant of { $business } again.
sorry = I'm sorry about that.

## Small talk and the end
welcome = You're welcome.
take-your-time = Take your time.
goodbye = Goodbye, see you soon.
opted-out = You won't get any more messages from us. Write "start" if you change your mind.
opted-in = Welcome back.
nudge = Are you still there?

## Choices
manage-link = To see, move or cancel it: { $link }
choice-yes = Yes
choice-no = No
choice-skip = Skip
choice-change = Change
choice-keep = Keep it
choice-cancel = Yes, cancel
choice-keep-booking = Keep it
choice-drop = Drop it
choice-change-date = Day
choice-change-time = Time
choice-change-service = Service
choice-change-staff = Person
choice-change-party-size = People
choice-book = Book
choice-mine = My bookings
choice-hours = Opening hours
choice-move = Move it
choice-cancel-booking = Cancel it
choice-resume = Go on
choice-forget = Forget it
choice-waitlist = Waitlist
choice-take = Take it
choice-decline = No, thanks
choice-stay = Keep me on it
choice-leave = Take me off it
choice-other-day = Another day
choice-more = More choices
list-opener = Choose

## Errors
error-internal = Something went wrong on our side. Nothing is lost; somebody will look at it.
opening-taken = That time has just been taken.
malformed = I can't read that.
