### Что говорит ассистент, общими словами. Слова отдельного ремесла лежат в файле с его именем.
### Имена, услуги и даты приходят готовыми и не склоняются, поэтому фразы построены так, чтобы им хватало именительного падежа.

## Слова для дней и времени
today = сегодня
tomorrow = завтра
on-day = { $day }
day-at-time = { $day } в { $time }
closed-all-day = закрыто
priced = { $name }, { $minutes } мин{ $price ->
    [none] {""}
   *[other] , { $price }
}

## Приветствие и помощь
greeting = { $name ->
    [none] Здравствуйте! Я ассистент «{ $business }».
   *[other] Здравствуйте, { $name }! Я ассистент «{ $business }».
}
help-first = Чем могу помочь?
help-again = Рады видеть вас снова. Чем могу помочь?
help = Здесь можно записаться, перенести или отменить запись, узнать часы работы, цены и как нас найти. Что вас интересует?
help-short = Чем ещё могу помочь?
help-under-way = Просто ответьте своими словами. Пока вы не сказали «да», всё можно изменить. Напишите «отмена», чтобы прекратить, или попросите позвать человека.
not-understood = Извините, мне не удалось это понять.
could-not-understand = К сожалению, я всё ещё не понимаю.
unsupported = Пока я умею читать только текст. Напишите, пожалуйста, словами.
stale-tap = Этот вариант из прежнего сообщения, он уже не действует.
late-message = Ваше сообщение дошло только сейчас, поэтому лучше уточню, прежде чем что-то делать.
try-again = Сейчас очень много записей, и мне не удалось закончить. Ничего не записано. Напишите, пожалуйста, ещё раз через минуту.

## Вопросы к клиенту
ask-service = Что бы вы хотели сделать?
ask-variant = { $service }: какой вариант вам нужен?
    { $list }
ask-addon-to = { $addon } добавляется к другой услуге. К какой добавить?
ask-place = Какой из наших адресов вам удобнее?
ask-date = Какой день вам подойдёт?
ask-new-date = А какой день вам подойдёт?
ask-party-size = Сколько вас будет человек?
ask-name = На какое имя записать?
ask-phone = По какому номеру телефона с вами можно связаться?
ask-email = На какую электронную почту вам можно написать?
ask-staff = К кому-то конкретному или всё равно?
ask-time = { $date-on } есть такое свободное время. Какое вам подойдёт?
ask-time-one = { $date-on } осталось одно свободное время. Вам подойдёт?
ask-time-again = Какое время вам подойдёт?
ask-opening = Есть такое свободное время. Какое вам подойдёт?
ask-change = Что хотите изменить?
ask-resume = Вы начинали записываться. Продолжим?
ask-contact = Оставьте, пожалуйста, телефон или почту, чтобы мы могли предупредить, если что-то изменится.
which-service = Что именно вы имеете в виду?
which-staff = Кого вы имеете в виду?
which-time = Вы имеете в виду { $first } или { $second }?
which-date = Какой день вы имеете в виду?
cannot-skip = Без этого, к сожалению, не получится.
choose-again = Что из этого вам подойдёт?

## Чего не может быть
invalid-service = К сожалению, такого у нас нет: { $said }.
invalid-staff = Не нахожу у нас такого мастера: { $said }.
invalid-place = Такого адреса у нас нет.
invalid-date = { $why ->
    [past] Этот день уже прошёл.
   *[other] «{ $said }» — такого дня в календаре нет.
}
invalid-time = { $why ->
    [past] Это время уже прошло.
   *[other] «{ $said }» — такого времени не бывает.
}
invalid-party-size = Нужно число человек, от одного и больше.
invalid-name = Не похоже на имя.
invalid-phone = «{ $said }» не похоже на полный номер телефона.
invalid-email = «{ $said }» не похоже на адрес электронной почты.
invalid-notes = Такое записать не получится.
date-past = { $date }: этот день уже прошёл.
date-too-far = Последний день, на который можно записаться: { $last }
party-too-large = Для компании из { $said } человек стол подготовит лично наша команда.
staff-does-not = { $staff } не делает «{ $service }».
staff-not-here = К этому мастеру здесь записаться нельзя.
staff-only = Это делает только { $staff }.
not-together = Записать это вместе к одному мастеру не получится.
booking-unmoved = Ваша запись уже на это время, поэтому ничего не меняется.

## Когда не свободно
not-free-full = { $staff ->
    [none] { $wanted } уже занято.
   *[other] У мастера { $staff } { $wanted-on } уже занято.
}
not-free-taken = { $wanted } только что заняли.
not-free-closed = { $date-on } мы не работаем.
not-free-outside = { $wanted-on } мы не работаем.
not-free-late = { $wanted } — слишком близко к закрытию, не успеем.
not-free-past = { $wanted } — это время уже прошло.
not-free-soon = { $wanted } — слишком скоро, записать уже не получится.
no-day-full = { $staff ->
    [none] { $date-on } свободного времени нет.
   *[other] У мастера { $staff } { $date-on } свободного времени нет.
}
no-day-taken = Последнее свободное время { $date-on } только что заняли.
no-day-closed = { $date-on } мы не работаем.
no-days = В эти дни свободного времени нет.
nothing-free = Рядом с этим временем ничего свободного не нахожу.
nothing-there = К сожалению, там ничего свободного нет.
none-suits = Хорошо, ничего из этого.
offer-nearest = { $why ->
    [days] В то же время свободно в эти дни:
    [staff] { $staff }, свободное время:
    [others] Свободен другой мастер:
   *[other] Ближайшее свободное время:
}
offer-these = Вот что свободно:
offer-one = { $why ->
    [others] В это время свободен мастер { $staff }. Подойдёт?
   *[other] Ближайшее свободное время вот это. Подойдёт?
}
correction-not-free = { $why ->
    [closed] { $date-on } мы не работаем.
    [outside] { $wanted-on } мы не работаем.
    [past] { $wanted } — это время уже прошло.
    [soon] { $wanted } — слишком скоро, записать уже не получится.
    [late] { $wanted } — слишком близко к закрытию, не успеем.
    [taken] { $wanted } только что заняли.
   *[other] { $wanted } уже занято.
} За вами пока остаётся { $kept }. Записать на это время или подобрать другое?

## Лист ожидания
visit = { $what }{ $staff ->
    [none] {""}
   *[other] , мастер { $staff }
}{ $place ->
    [none] {""}
   *[other] , { $place }
}, { $when-full }{ $price ->
    [none] {""}
   *[other] , { $price }
}
waitlist-wish = { $what }{ $staff ->
    [none] {""}
   *[other] , мастер { $staff }
}{ $place ->
    [none] {""}
   *[other] , { $place }
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
waitlist-yes = Могу внести вас в лист ожидания.
waitlist-joined = Вы в листе ожидания: { $wish }. Как только что-то освободится, я напишу вам здесь и придержу для вас на { $minutes } мин.
waitlist-already = Вы в листе ожидания: { $wish }. Я напишу вам здесь, как только что-то освободится.
waitlist-none = Вас нет в листе ожидания.
waitlist-left = Хорошо, вас больше нет в листе ожидания.
waitlist-off = К сожалению, листа ожидания у нас нет.
waitlist-enough = Вы уже ждёте несколько вещей. Скажите сначала, что убрать из листа.
waitlist-free = Ждать не нужно, есть свободное время.
waitlist-not-for-moves = Запись, которую переносят, я не могу поставить в лист ожидания. Наши сотрудники могут: просто попросите позвать человека.
waitlist-which-time = Какого времени вы хотели бы дождаться?
ask-waitlist = Внести вас в лист ожидания ({ $wish }) или подойдёт другой день?
waitlist-offer = Хорошие новости, освободилось: { $visit }. Держу для вас до { $until }. Берёте?
waitlist-stay = Хорошо, время снова свободно. Оставить вас в листе ожидания?
waitlist-stays = Вы остаётесь в листе ожидания. Напишу, как только снова что-то освободится.
waitlist-over = Дольше придержать не получилось: { $visit }. Вы по-прежнему в листе ожидания, и я напишу, когда снова что-то освободится.

## Подтверждение
summary = { $what }{ $staff ->
    [none] {""}
   *[other] , мастер { $staff }
}{ $place ->
    [none] {""}
   *[other] , { $place }
}, { $when-full }{ $price ->
    [none] {""}
   *[other] , { $price }
}{ $name ->
    [none] {""}
   *[other] , имя: { $name }
}. Записать вас?
summary-move = Перенести запись на { $when-full }{ $staff ->
    [none] {""}
   *[other] , мастер { $staff }
}?
booked = Готово, вы записаны: { $what }{ $staff ->
    [none] {""}
   *[other] , мастер { $staff }
}, { $when-full }{ $address ->
    [none] {""}
   *[other] , { $address }
}. Ждём вас!
moved = Готово, запись перенесена: { $what }, теперь { $when-full }{ $staff ->
    [none] {""}
   *[other] , мастер { $staff }
}. Ждём вас!
cancelled = Запись отменена: { $what }, { $when-full }.
contact-saved = Спасибо, записано.
noted = Хорошо, учтём.
no-contact = Хорошо. Вы всегда можете написать нам сюда.
all-done = Всё готово.
draft-forgotten = Хорошо, забыли.

## Уже сделанные записи
no-bookings = Не нахожу у вас предстоящих записей.
your-booking = Вы записаны: { $what }{ $staff ->
    [none] {""}
   *[other] , мастер { $staff }
}, { $when-full }.
which-booking-it-is = Это { $what }, { $when-full }.
what-to-do-with-it = Хотите что-то изменить?
ask-which-booking = О какой записи речь?
ask-cancel = Вы записаны: { $what }, { $when-full }. Отменить эту запись?
ask-cancel-again = Отменить запись?
booking-stays = Хорошо, ваша запись остаётся в силе.
booking-closed = Эту запись здесь уже нельзя изменить.{ $phone ->
    [none] {""}
   *[other] {" "}Позвоните нам, пожалуйста: { $phone }.
}
dropped = Хорошо, отменяю. Ничего не записано.
restarted = Хорошо, начнём сначала.

## Ответы на вопросы
hours = { $hours }
hours-on = { $date-on } мы работаем: { $hours }.
hours-closed-on = { $date-on } мы не работаем.
address = { $address ->
    [none] Адреса у меня здесь нет.
   *[other] Наш адрес: { $address }.
}{ $directions ->
    [none] {""}
   *[other] {" "}{ $directions }
}
address-of = { $place }: { $address }
prices = { $list }
no-prices = Цен у меня здесь нет.{ $phone ->
    [none] {""}
   *[other] {" "}Позвоните нам, пожалуйста: { $phone }.
}
services = { $list }
service-offered = Да: { $list }
staff = У нас работают { $list }.
no-staff = Вас примет вся наша команда.
phone = { $phone ->
    [none] С нами можно связаться здесь, в чате.
   *[other] Наш телефон: { $phone }.
}{ $email ->
    [none] {""}
   *[other] {" "}Почта: { $email }.
}
faq = { $answer }
i-am-a-bot = Я автоматический ассистент. Если попросите, вам ответит человек.
no-answer = К сожалению, этого я не знаю.{ $phone ->
    [none] {""}
   *[other] {" "}Подскажет наша команда: { $phone }. Или попросите позвать человека прямо здесь.
}

## Люди
handed-over = Сейчас позову кого-нибудь из нашей команды. Вам ответят прямо здесь.
nobody-here = Сейчас в чате никого нет.{ $phone ->
    [none] {""}
   *[other] {" "}Вы можете позвонить нам: { $phone }.
}{ $email ->
    [none] {""}
   *[other] {" "}Или написать на { $email }.
}
nobody-free = Сейчас никто из нашей команды не может подойти, поэтому вам продолжу помогать я.{ $phone ->
    [none] {""}
   *[other] {" "}Можно и позвонить: { $phone }.
}
staff-joined = { $name } из нашей команды теперь с вами на связи.
bot-again = Снова на связи ассистент «{ $business }».
sorry = Мне очень жаль.

## Вежливость и прощание
welcome = Пожалуйста!
take-your-time = Не торопитесь.
goodbye = До свидания, ждём вас!
opted-out = Мы больше не будем вам писать. Если передумаете, напишите «старт».
opted-in = С возвращением!
nudge = Вы ещё здесь?

## Варианты
manage-link = Посмотреть, перенести или отменить: { $link }
choice-yes = Да
choice-no = Нет
choice-skip = Пропустить
choice-change = Изменить
choice-keep = Оставить так
choice-cancel = Да, отменить
choice-keep-booking = Оставить
choice-drop = Не записывать
choice-change-date = День
choice-change-time = Время
choice-change-service = Услуга
choice-change-staff = Мастер
choice-change-party-size = Число гостей
choice-book = Записаться
choice-mine = Мои записи
choice-hours = Часы работы
choice-move = Перенести
choice-cancel-booking = Отменить
choice-resume = Продолжить
choice-forget = Забыть
choice-waitlist = Лист ожидания
choice-take = Беру
choice-decline = Нет, спасибо
choice-stay = Оставить в листе
choice-leave = Убрать из листа
choice-other-day = Другой день

## Ошибки
error-internal = У нас что-то сломалось. Ничего не потеряно, мы разберёмся.
opening-taken = Это время только что заняли.
malformed = Не получается это прочитать.
