### O que diz o assistente, em palavras gerais. As próprias de cada ramo estão no ficheiro com o seu nome.
### Português europeu que também soa natural no Brasil: sem «você» nem «o senhor», e sem palavras que só um dos lados usa.

## Dias e horas
today = hoje
tomorrow = amanhã
on-day = { $day }
day-at-time = { $day } às { $time }
closed-all-day = fechado
priced = { $name }, { $minutes } min{ $price ->
    [none] {""}
   *[other] , { $price }
}

## Saudação e ajuda
greeting = { $name ->
    [none] Olá, sou o assistente virtual de { $business }.
   *[other] Olá, { $name }, sou o assistente virtual de { $business }.
}
help-first = Em que posso ajudar?
help-again = Olá de novo. Em que posso ajudar?
help = Aqui pode reservar, mudar ou cancelar, e perguntar por horários, preços e como chegar. O que deseja?
help-short = Posso ajudar em mais alguma coisa?
help-under-way = Responda com as suas palavras. Pode mudar tudo até dizer que sim, dizer «cancelar» para parar ou pedir para falar com uma pessoa.
not-understood = Desculpe, não entendi.
could-not-understand = Lamento, continuo sem entender.
unsupported = Por enquanto só leio texto. Pode escrever, por favor?
sent-voice = Não consigo ouvir mensagens de voz. Pode escrever, por favor?{ $people ->
    [none] {""}
   *[other] {" "}Se preferir, peça para falar com uma pessoa.
}
sent-picture = Não consigo ver fotografias nem vídeos. Pode explicar por palavras?{ $people ->
    [none] {""}
   *[other] {" "}Ou peça para falar com uma pessoa, que os pode ver.
}
sent-file = Não consigo abrir ficheiros. Pode escrever de que se trata?{ $people ->
    [none] {""}
   *[other] {" "}Ou peça para falar com uma pessoa, que o pode abrir.
}
sent-sticker = Obrigado! Mas só entendo palavras.
sent-contact = Obrigado, mas não posso usar esse contacto. Se quiser deixar o seu próprio número, escreva-o aqui.
order-passed-on = Obrigado pela sua encomenda, vou passá-la à nossa equipa.
order-not-here = Obrigado, mas aqui não posso receber encomendas do catálogo.
link-arrived = Ainda bem que veio. Continuamos com o que tinha começado.
link-over = Esse link já não é válido, mas posso ajudar aqui mesmo.
stale-tap = Essa opção é de uma mensagem anterior e já não está disponível.
late-message = Só agora recebi a sua mensagem, por isso prefiro perguntar antes de fazer alguma coisa.
try-again = Há muitas reservas neste momento e não consegui terminar. Nada foi reservado. Escreva de novo daqui a pouco, por favor.

## Perguntas
ask-service = O que gostaria de fazer?
ask-variant = Que { $service } deseja?
    { $list }
ask-addon-to = { $addon } junta-se a outro serviço. A qual devo juntar?
ask-place = Qual dos nossos locais prefere?
ask-date = Que dia prefere?
ask-new-date = Que outro dia prefere?
ask-party-size = Para quantas pessoas?
ask-name = Em que nome faço a reserva?
ask-phone = Qual é o seu telefone?
ask-email = Qual é o seu e-mail?
ask-staff = Prefere alguém em particular?
ask-time = Para { $date-on } há estes horários livres. Qual prefere?
ask-time-one = Para { $date-on } há um horário livre. Serve?
ask-time-again = Que horário prefere?
ask-opening = Estes horários estão livres. Qual prefere?
ask-change = O que gostaria de mudar?
ask-resume = Tinha começado uma reserva. Continuamos?
ask-contact = Qual é o seu telefone ou e-mail, para o caso de alguma coisa mudar?
which-service = Qual deles?
which-staff = A quem se refere?
which-time = Às { $first } ou às { $second }?
which-date = Que dia quer dizer?
cannot-skip = Preciso mesmo dessa informação.
choose-again = Qual destas opções prefere?
many-choices = Há { $count } opções. Toque numa, ou escreva o número ou o nome.

## O que não pode ser
invalid-service = Lamento, não temos { $said }.
invalid-staff = Aqui não trabalha ninguém chamado { $said }.
invalid-place = Não conheço esse local.
invalid-date = { $why ->
    [past] Esse dia já passou.
   *[other] «{ $said }» não é um dia do calendário.
}
invalid-time = { $why ->
    [past] Essa hora já passou.
   *[other] «{ $said }» não é uma hora.
}
invalid-party-size = Preciso do número de pessoas, de 1 para cima.
invalid-name = Não consigo ler isso como um nome.
invalid-phone = «{ $said }» não parece um número de telefone completo.
invalid-email = «{ $said }» não parece um e-mail.
invalid-notes = Não consigo anotar isso.
date-past = { $date } já passou.
date-too-far = Posso reservar até { $last }.
party-too-large = Para { $said } pessoas, a mesa é combinada diretamente com um dos nossos colegas.
staff-does-not = { $staff } não faz { $service }.
staff-not-here = Essa pessoa não está aqui para isso.
staff-only = Isso só { $staff } faz.
not-together = Não consigo reservar tudo isso com a mesma pessoa.
booking-unmoved = A sua reserva já está aí, por isso nada muda.

## Quando não está livre
not-free-full = { $staff ->
    [none] { $wanted } já está ocupado.
   *[other] { $staff } não tem vaga para { $wanted-on }.
}
not-free-taken = { $wanted } acabou de ser reservado.
not-free-closed = { $date-on } estamos fechados.
not-free-outside = { $wanted-on } não estamos abertos.
not-free-late = { $wanted } fica demasiado perto da hora de fechar.
not-free-past = { $wanted } já passou.
not-free-soon = { $wanted } é cedo demais para reservar.
no-day-full = { $staff ->
    [none] Não há nada livre para { $date-on }.
   *[other] { $staff } não tem nada livre para { $date-on }.
}
no-day-taken = O último horário livre para { $date-on } acabou de ser reservado.
no-day-closed = { $date-on } estamos fechados.
no-days = Não há nada livre nesses dias.
nothing-free = Não encontro nada perto disso.
nothing-there = Lamento, aí não há nada livre.
none-suits = Está bem, nenhuma dessas opções.
offer-nearest = { $why ->
    [days] À mesma hora há vaga nestes dias:
    [staff] { $staff } tem vaga nestes horários:
    [others] Há vaga com outra pessoa:
   *[other] Os horários livres mais próximos:
}
offer-these = Estes horários estão livres:
offer-one = { $why ->
    [others] { $staff } tem vaga a essa hora. Serve?
   *[other] O horário livre mais próximo é este. Serve?
}
correction-not-free = { $why ->
    [closed] { $date-on } estamos fechados.
    [outside] { $wanted-on } não estamos abertos.
    [past] { $wanted } já passou.
    [soon] { $wanted } é cedo demais para reservar.
    [late] { $wanted } fica demasiado perto da hora de fechar.
    [taken] { $wanted } acabou de ser reservado.
   *[other] { $wanted } já está ocupado.
} Ainda tenho { $kept } guardado. Reservo assim ou prefere outro horário?

## A lista de espera
visit-what = { $what }{ $staff ->
    [none] {""}
   *[other] {" "}com { $staff }
}
visit-when = { $when-full } ({ $city })
visit = { $what }{ $staff ->
    [none] {""}
   *[other] {" "}com { $staff }
}{ $place ->
    [none] {""}
   *[other] {" "}em { $place }
}, { $when-full }{ $price ->
    [none] {""}
   *[other] , { $price }
}
waitlist-wish = { $what }{ $staff ->
    [none] {""}
   *[other] {" "}com { $staff }
}{ $place ->
    [none] {""}
   *[other] {" "}em { $place }
}, { $last ->
    [none] { $first }
   *[other] { $first } – { $last }
}{ $span ->
    [any] {""}
    [at] {" "}às { $from }
    [from] {" "}a partir das { $from }
    [until] {" "}até às { $to }
   *[between] , { $from }–{ $to }
}
waitlist-yes = Posso pôr o seu nome na nossa lista de espera.
waitlist-joined = Está na lista de espera: { $wish }. Assim que houver algo livre escrevo-lhe aqui e guardo-o durante { $minutes } minutos.
waitlist-already = Está na lista de espera: { $wish }. Escrevo-lhe aqui assim que houver algo livre.
waitlist-none = Não está na lista de espera.
waitlist-left = Está bem, já não está na lista de espera.
waitlist-off = Lamento, não temos lista de espera.
waitlist-enough = Já está à espera de várias coisas. Diga-me primeiro qual devo tirar da lista.
waitlist-free = Não é preciso esperar, há algo livre.
waitlist-not-for-moves = Não consigo pôr na lista de espera uma reserva que está a ser mudada. A nossa equipa consegue: peça para falar com uma pessoa.
waitlist-which-time = De que hora quer ficar à espera?
ask-waitlist = Ponho o seu nome na lista de espera ({ $wish }) ou prefere outro dia?
waitlist-offer = Boas notícias, ficou livre: { $visit }. Guardo até às { $until }. Quer?
waitlist-stay = Está bem, libertei o horário. Continua na lista de espera?
waitlist-stays = Continua na lista de espera. Escrevo assim que voltar a haver algo livre.
waitlist-over = Não pude guardar mais tempo e libertei: { $visit }. Continua na lista de espera e escrevo quando voltar a haver algo livre.

## Confirmar
summary = { $what }{ $staff ->
    [none] {""}
   *[other] {" "}com { $staff }
}{ $place ->
    [none] {""}
   *[other] {" "}em { $place }
}, { $when-full }{ $price ->
    [none] {""}
   *[other] , { $price }
}{ $name ->
    [none] {""}
   *[other] , em nome de { $name }
}. Posso reservar?
summary-move = Mudo para { $when-full }{ $staff ->
    [none] {""}
   *[other] {" "}com { $staff }
}. Pode ser?
booking-reminder = Lembrete: { $what }, { $when }, { $where }.
booked = Reservado: { $what }{ $staff ->
    [none] {""}
   *[other] {" "}com { $staff }
}, { $when-full }{ $address ->
    [none] {""}
   *[other] , { $address }
}. Até lá!
moved = Mudado: { $what }, agora { $when-full }{ $staff ->
    [none] {""}
   *[other] {" "}com { $staff }
}. Até lá!
cancelled = Cancelado: { $what }, { $when-full }.
contact-saved = Obrigado, já anotei.
noted = Já anotei.
no-contact = Está bem. Pode sempre escrever aqui.
all-done = Está tudo tratado.
draft-forgotten = Está bem, esquecemos isso.

## Reservas que já existem
no-bookings = Não encontro nenhuma reserva sua por vir.
your-booking = Tem { $what }{ $staff ->
    [none] {""}
   *[other] {" "}com { $staff }
}, { $when-full }.
which-booking-it-is = É { $what }, { $when-full }.
what-to-do-with-it = Quer mudar a reserva?
ask-which-booking = A que reserva se refere?
ask-cancel = Tem { $what }, { $when-full }. Cancelo a reserva?
ask-cancel-again = Cancelo a reserva?
booking-stays = Está bem, a sua reserva fica como está.
booking-closed = Essa reserva já não pode ser mudada aqui.{ $phone ->
    [none] {""}
   *[other] {" "}Ligue, por favor, para { $phone }.
}
dropped = Está bem, fica sem efeito. Nada foi reservado.
restarted = Está bem, do início.

## Respostas
hours = { $hours }
hours-on = { $date-on } estamos abertos: { $hours }.
hours-closed-on = { $date-on } estamos fechados.
address = { $address ->
    [none] Não tenho aqui o endereço.
   *[other] Estamos em { $address }.
}{ $directions ->
    [none] {""}
   *[other] {" "}{ $directions }
}
address-of = { $place }: { $address }
prices = { $list }
no-prices = Não tenho aqui os preços.{ $phone ->
    [none] {""}
   *[other] {" "}Ligue, por favor, para { $phone }.
}
services = { $list }
service-offered = Sim: { $list }
staff = Aqui trabalham { $list }.
no-staff = Atende quem estiver livre no horário.
phone = { $phone ->
    [none] Estamos aqui no chat.
   *[other] O nosso telefone é { $phone }.
}{ $email ->
    [none] {""}
   *[other] {" "}Por e-mail: { $email }.
}
faq = { $answer }
i-am-a-bot = Sou um assistente automático. Quando quiser, chamo uma pessoa.
no-answer = Isso não sei, lamento.{ $phone ->
    [none] {""}
   *[other] {" "}Pelo telefone { $phone } sabem responder, ou peça aqui para falar com uma pessoa.
}

## Pessoas
handed-over = Já chamei um colega. A resposta chega aqui mesmo.
nobody-here = Neste momento não há ninguém no chat.{ $phone ->
    [none] {""}
   *[other] {" "}Pode ligar para { $phone }.
}{ $email ->
    [none] {""}
   *[other] {" "}Ou escrever para { $email }.
}
nobody-free = Neste momento nenhum colega está livre, por isso continuo a ajudar.{ $phone ->
    [none] {""}
   *[other] {" "}Também pode ligar para { $phone }.
}
staff-joined = { $name } responde agora aqui no chat.
bot-again = Está de volta o assistente virtual de { $business }.
sorry = Lamento muito.

## Cortesia e fim
welcome = De nada!
take-your-time = Não há pressa.
goodbye = Até breve!
opted-out = Não vai receber mais mensagens nossas. Se mudar de ideias, escreva «começar».
opted-in = Que bom ter notícias suas.
nudge = Ainda está aí?

## Opções
manage-link = Para ver, mudar ou cancelar: { $link }
choice-yes = Sim
choice-no = Não
choice-skip = Saltar
choice-change = Mudar
choice-keep = Fica assim
choice-cancel = Sim, cancelar
choice-keep-booking = Manter
choice-drop = Desistir
choice-change-date = Dia
choice-change-time = Hora
choice-change-service = Serviço
choice-change-staff = Pessoa
choice-change-party-size = Pessoas
choice-book = Reservar
choice-mine = As minhas reservas
choice-hours = Horário
choice-move = Mudar
choice-cancel-booking = Cancelar
choice-resume = Continuar
choice-forget = Esquecer
choice-waitlist = Lista de espera
choice-take = Quero
choice-decline = Não, obrigado
choice-stay = Continuar na lista
choice-leave = Sair da lista
choice-other-day = Outro dia
choice-more = Mais opções
list-opener = Escolher

## Erros
error-internal = Algo correu mal do nosso lado. Nada se perdeu; alguém vai verificar.
opening-taken = Esse horário acabou de ser reservado.
malformed = Não consigo ler isso.
