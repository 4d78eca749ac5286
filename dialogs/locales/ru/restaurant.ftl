### Слова ресторана.
help = Здесь можно забронировать столик, перенести или отменить бронь, узнать часы работы и как нас найти. Что вас интересует?
ask-time = { $date-on } есть такое свободное время. Какое вам подойдёт?
summary = Столик { $party ->
    [one] на { $party } человека
    [few] на { $party } человека
   *[other] на { $party } человек
}{ $features ->
    [none] {""}
   *[other] {" "}{ $features }
}, { $when-full }{ $name ->
    [none] {""}
   *[other] , имя: { $name }
}. Бронируем?
summary-move = Перенести бронь на { $when-full }, столик { $party ->
    [one] на { $party } человека
    [few] на { $party } человека
   *[other] на { $party } человек
}?
booked = Готово, забронировали: столик { $party ->
    [one] на { $party } человека
    [few] на { $party } человека
   *[other] на { $party } человек
}{ $features ->
    [none] {""}
   *[other] {" "}{ $features }
}, { $when-full }{ $address ->
    [none] {""}
   *[other] , { $address }
}. Ждём вас!
moved = Готово, бронь перенесена: столик { $party ->
    [one] на { $party } человека
    [few] на { $party } человека
   *[other] на { $party } человек
}, теперь { $when-full }. Ждём вас!
cancelled = Бронь отменена: столик { $party ->
    [one] на { $party } человека
    [few] на { $party } человека
   *[other] на { $party } человек
}, { $when-full }.
your-booking = За вами столик { $party ->
    [one] на { $party } человека
    [few] на { $party } человека
   *[other] на { $party } человек
}, { $when-full }.
which-booking-it-is = Это столик { $party ->
    [one] на { $party } человека
    [few] на { $party } человека
   *[other] на { $party } человек
}, { $when-full }.
ask-cancel = За вами столик { $party ->
    [one] на { $party } человека
    [few] на { $party } человека
   *[other] на { $party } человек
}, { $when-full }. Отменить эту бронь?
not-free-full = { $wanted } всё занято.
services = Мы подаём обеды и ужины, и я могу забронировать вам столик.
ask-name = На какое имя забронировать столик?
choice-book = Забронировать
visit-what = столик { $party ->
    [one] на { $party } человека
    [few] на { $party } человека
   *[other] на { $party } человек
}
visit = столик { $party ->
    [one] на { $party } человека
    [few] на { $party } человека
   *[other] на { $party } человек
}{ $features ->
    [none] {""}
   *[other] {" "}{ $features }
}, { $when-full }
waitlist-wish = столик { $party ->
    [one] на { $party } человека
    [few] на { $party } человека
   *[other] на { $party } человек
}{ $features ->
    [none] {""}
   *[other] {" "}{ $features }
}, { $last ->
    [none] { $first }
   *[other] { $first } – { $last }
}{ $span ->
    [any] {""}
    [at] {" "}в { $from }
    [from] {" "}с { $from }
    [until] {" "}до { $to }
   *[between] , { $from }–{ $to }
}
feature-window = у окна
feature-quiet = в тихом месте
feature-outdoor = на улице
feature-accessible = с доступом для инвалидной коляски
features-none = К сожалению, столиков { $features } у нас нет. Пожелание записано.
features-not-free = В это время столика { $features } нет. Забронировать другой столик или лучше другое время?
features-not-that-day = Столика { $features } тогда нет. За другими столиками свободно:
choice-other-table = Другой столик
