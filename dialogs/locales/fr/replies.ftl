### Ce que dit l'assistant, en mots généraux. Les mots propres à un métier sont dans le fichier de son nom.
### Une date peut finir par un point (« sam. 21 nov. ») : aucune phrase ne se termine par elle.

## Jours et heures
today = aujourd'hui
tomorrow = demain
on-day = le { $day }
day-at-time = { $day } à { $time }
closed-all-day = fermé
priced = { $name }, { $minutes } min{ $price ->
    [none] {""}
   *[other] , { $price }
}

## Accueil et aide
greeting = { $name ->
    [none] Bonjour, bienvenue chez { $business } ! Je suis l'assistant virtuel.
   *[other] Bonjour { $name }, bienvenue chez { $business } ! Je suis l'assistant virtuel.
}
help-first = Que puis-je faire pour vous ?
help-again = Rebonjour ! Que puis-je faire pour vous ?
help = Ici, vous pouvez prendre, déplacer ou annuler un rendez-vous, ou demander les horaires, les tarifs et comment venir. Que souhaitez-vous ?
help-short = Que puis-je faire d'autre pour vous ?
help-under-way = Répondez simplement avec vos mots. Vous pouvez tout changer jusqu'à ce que vous disiez oui, écrire « annuler » pour arrêter, ou demander à parler à quelqu'un.
not-understood = Désolé, je n'ai pas compris.
could-not-understand = Je suis désolé, je ne comprends toujours pas.
unsupported = Pour l'instant, je ne sais lire que du texte. Pourriez-vous l'écrire ?
sent-voice = Je ne peux pas écouter les messages vocaux. Pourriez-vous l'écrire ?{ $people ->
    [none] {""}
   *[other] {" "}Si vous préférez, demandez à parler à quelqu'un.
}
sent-picture = Je ne peux pas voir les photos ni les vidéos. Pourriez-vous me le dire avec des mots ?{ $people ->
    [none] {""}
   *[other] {" "}Ou demandez à parler à quelqu'un, qui pourra regarder.
}
sent-file = Je ne peux pas ouvrir les fichiers. Pourriez-vous écrire de quoi il s'agit ?{ $people ->
    [none] {""}
   *[other] {" "}Ou demandez à parler à quelqu'un, qui pourra l'ouvrir.
}
sent-sticker = Merci ! Mais je ne comprends que les mots.
sent-contact = Merci, mais je ne peux pas utiliser cette fiche. Pour laisser votre propre numéro, écrivez-le ici.
order-passed-on = Merci pour votre commande, je la transmets à notre équipe.
order-not-here = Merci, mais je ne peux pas prendre ici de commandes du catalogue.
link-arrived = Vous voilà ! Reprenons ce que vous aviez commencé.
link-over = Ce lien n'est plus valable, mais je peux vous aider ici même.
stale-tap = Ce choix vient d'un ancien message et n'est plus proposé.
late-message = Votre message vient seulement de me parvenir : je préfère vous demander avant d'en tenir compte.
try-again = Il y a beaucoup de réservations en ce moment et je n'ai pas pu terminer. Rien n'a été réservé. Réécrivez-moi dans un instant.

## Questions
ask-service = Que souhaitez-vous faire ?
ask-variant = { $service } : laquelle de ces formules souhaitez-vous ?
    { $list }
ask-addon-to = { $addon } s'ajoute à une autre prestation. À laquelle dois-je l'ajouter ?
ask-place = Laquelle de nos adresses vous convient ?
ask-date = Quel jour vous conviendrait ?
ask-new-date = Quel autre jour vous conviendrait ?
ask-party-size = Pour combien de personnes ?
ask-name = À quel nom dois-je réserver ?
ask-phone = À quel numéro de téléphone pouvons-nous vous joindre ?
ask-email = À quelle adresse e-mail pouvons-nous vous écrire ?
ask-staff = Souhaitez-vous quelqu'un en particulier ?
ask-time = { $date-on }, ces horaires sont libres. Lequel vous convient ?
ask-time-one = { $date-on }, il reste un seul horaire. Vous convient-il ?
ask-time-again = Quel horaire vous convient ?
ask-opening = Voici ce qui est libre. Qu'est-ce qui vous convient ?
ask-change = Que souhaitez-vous changer ?
ask-resume = Vous aviez commencé une réservation. On continue ?
ask-contact = À quel numéro ou à quelle adresse e-mail pouvons-nous vous joindre en cas de changement ?
which-service = Que souhaitez-vous exactement ?
which-staff = De qui parlez-vous ?
which-time = Plutôt { $first } ou { $second } ?
which-date = Quel jour voulez-vous dire ?
cannot-skip = J'ai besoin de cette information.
choose-again = Qu'est-ce qui vous convient ?
many-choices = Il y a { $count } choix. Touchez-en un, ou écrivez son numéro ou son nom.

## Ce qui ne peut pas être
invalid-service = Désolé, nous ne proposons pas « { $said } ».
invalid-staff = Personne ne s'appelle { $said } ici.
invalid-place = Je ne connais pas cette adresse.
invalid-date = { $why ->
    [past] Ce jour est déjà passé.
   *[other] « { $said } » n'est pas un jour du calendrier.
}
invalid-time = { $why ->
    [past] Cette heure est déjà passée.
   *[other] « { $said } » n'est pas une heure.
}
invalid-party-size = Il me faut un nombre de personnes, à partir de 1.
invalid-name = Je n'arrive pas à lire un nom.
invalid-phone = « { $said } » n'a pas l'air d'un numéro de téléphone complet.
invalid-email = « { $said } » n'a pas l'air d'une adresse e-mail.
invalid-notes = Je ne peux pas noter cela.
date-past = { $date-on }, c'est déjà passé.
date-too-far = Après le { $last }, je ne peux pas encore réserver.
party-too-large = Pour { $said } personnes, notre équipe organise la table avec vous.
staff-does-not = { $staff } ne fait pas cette prestation ({ $service }).
staff-not-here = Cette personne n'est pas disponible pour cela.
staff-only = Pour cela, c'est uniquement avec { $staff }.
not-together = Je ne peux pas réserver tout cela avec une seule personne.
booking-unmoved = Votre réservation y est déjà, rien ne change donc.

## Quand ce n'est pas libre
not-free-full = { $staff ->
    [none] { $wanted-on }, c'est déjà pris.
   *[other] { $wanted-on }, { $staff } n'est pas libre.
}
not-free-taken = { $wanted-on }, la place vient d'être prise.
not-free-closed = { $date-on }, nous sommes fermés.
not-free-outside = { $wanted-on }, nous ne sommes pas ouverts.
not-free-late = { $wanted-on }, c'est trop près de la fermeture pour cela.
not-free-past = { $wanted-on }, c'est déjà passé.
not-free-soon = { $wanted-on }, c'est trop tôt pour réserver.
no-day-full = { $staff ->
    [none] { $date-on }, il n'y a plus rien de libre.
   *[other] { $date-on }, { $staff } n'a plus rien de libre.
}
no-day-taken = Le dernier horaire libre { $date-on } vient d'être pris.
no-day-closed = { $date-on }, nous sommes fermés.
no-days = Il n'y a rien de libre ces jours-là.
nothing-free = Je ne trouve rien d'approchant.
nothing-there = Désolé, il n'y a rien de libre à ce moment-là.
none-suits = D'accord, aucun de ceux-là.
offer-nearest = { $why ->
    [days] La même heure est libre ces jours-ci :
    [staff] { $staff } est libre à ces horaires :
    [others] Quelqu'un d'autre est libre :
   *[other] Voici les horaires libres les plus proches :
}
offer-these = Voici ce qui est libre :
offer-one = { $why ->
    [others] { $staff } est libre à cette heure-là. Cela vous convient-il ?
   *[other] L'horaire libre le plus proche est celui-ci. Vous convient-il ?
}
correction-not-free = { $why ->
    [closed] { $date-on }, nous sommes fermés.
    [outside] { $wanted-on }, nous ne sommes pas ouverts.
    [past] { $wanted-on }, c'est déjà passé.
    [soon] { $wanted-on }, c'est trop tôt pour réserver.
    [late] { $wanted-on }, c'est trop près de la fermeture pour cela.
    [taken] { $wanted-on }, la place vient d'être prise.
   *[other] { $wanted-on }, c'est déjà pris.
} Je vous garde toujours { $kept }. Je réserve ainsi, ou préférez-vous un autre horaire ?

## La liste d'attente
visit-what = { $what }{ $staff ->
    [none] {""}
   *[other] {" "}avec { $staff }
}
visit-when = { $when-full } ({ $city })
visit = { $what }{ $staff ->
    [none] {""}
   *[other] {" "}avec { $staff }
}{ $place ->
    [none] {""}
   *[other] {" "}({ $place })
}, { $when-full }{ $price ->
    [none] {""}
   *[other] , { $price }
}
waitlist-wish = { $what }{ $staff ->
    [none] {""}
   *[other] {" "}avec { $staff }
}{ $place ->
    [none] {""}
   *[other] {" "}({ $place })
}, { $last ->
    [none] { $first }
   *[other] { $first } – { $last }
}{ $span ->
    [any] {""}
    [at] {" "}à { $from }
    [from] {" "}à partir de { $from }
    [until] {" "}jusqu'à { $to }
   *[between] , { $from }–{ $to }
}
waitlist-yes = Je peux vous inscrire sur notre liste d'attente.
waitlist-joined = Vous êtes sur la liste d'attente : { $wish }. Dès qu'une place se libère, je vous écris ici et je vous la garde { $minutes } minutes.
waitlist-already = Vous êtes sur la liste d'attente : { $wish }. Je vous écris ici dès qu'une place se libère.
waitlist-none = Vous n'êtes pas sur la liste d'attente.
waitlist-left = D'accord, vous n'êtes plus sur la liste d'attente.
waitlist-off = Nous n'avons malheureusement pas de liste d'attente.
waitlist-enough = Vous attendez déjà plusieurs choses. Dites-moi d'abord laquelle retirer de la liste.
waitlist-free = Pas besoin d'attendre, il y a de la place.
waitlist-not-for-moves = Je ne peux pas mettre en liste d'attente une réservation que l'on déplace. Notre équipe le peut : demandez à parler à quelqu'un.
waitlist-which-time = Quelle heure souhaitez-vous attendre ?
ask-waitlist = Est-ce que je vous inscris sur la liste d'attente ({ $wish }), ou préférez-vous un autre jour ?
waitlist-offer = Bonne nouvelle, une place s'est libérée : { $visit }. Je vous la garde jusqu'à { $until }. La voulez-vous ?
waitlist-stay = D'accord, je l'ai rendue. Restez-vous sur la liste d'attente ?
waitlist-stays = Vous restez sur la liste d'attente. Je vous écris dès qu'une place se libère à nouveau.
waitlist-over = Je n'ai pas pu garder la place plus longtemps et je l'ai rendue : { $visit }. Vous restez sur la liste d'attente, et je vous écris dès qu'il y a de nouveau une place.

## Confirmer
summary = { $what }{ $staff ->
    [none] {""}
   *[other] {" "}avec { $staff }
}{ $place ->
    [none] {""}
   *[other] {" "}({ $place })
}, le { $when-full }{ $price ->
    [none] {""}
   *[other] , { $price }
}, { $name ->
    [none] pour vous
   *[other] pour { $name }
}. Je réserve ?
summary-move = Je déplacerais la réservation au { $when-full }{ $staff ->
    [none] {""}
   *[other] {" "}avec { $staff }
}. D'accord ?
booking-reminder = Rappel : { $what }, { $when }, { $where }.
booked = C'est réservé : { $what }{ $staff ->
    [none] {""}
   *[other] {" "}avec { $staff }
}, le { $when-full }{ $address ->
    [none] {""}
   *[other] , { $address }
}. À bientôt !
moved = C'est déplacé : { $what }, désormais le { $when-full }{ $staff ->
    [none] {""}
   *[other] {" "}avec { $staff }
}. À bientôt !
cancelled = C'est annulé : { $what }, le { $when-full }.
contact-saved = Merci, c'est noté.
noted = C'est noté.
no-contact = D'accord. Vous pouvez toujours nous écrire ici.
all-done = Tout est en ordre.
draft-forgotten = D'accord, c'est oublié.

## Réservations existantes
no-bookings = Je ne trouve aucune réservation à venir à votre nom.
your-booking = Votre réservation : { $what }{ $staff ->
    [none] {""}
   *[other] {" "}avec { $staff }
}, le { $when-full }.
which-booking-it-is = C'est { $what }, le { $when-full }.
what-to-do-with-it = Souhaitez-vous changer quelque chose ?
ask-which-booking = De quelle réservation parlez-vous ?
ask-cancel = Votre réservation : { $what }, le { $when-full }. Faut-il l'annuler ?
ask-cancel-again = Faut-il annuler cette réservation ?
booking-stays = D'accord, votre réservation reste inchangée.
booking-closed = Cette réservation ne peut plus être modifiée ici.{ $phone ->
    [none] {""}
   *[other] {" "}Appelez-nous, s'il vous plaît : { $phone }.
}
dropped = D'accord, j'abandonne cette demande. Rien n'a été réservé.
restarted = D'accord, reprenons depuis le début.

## Réponses
hours = { $hours }
hours-on = { $date-on }, nos horaires : { $hours }.
hours-closed-on = { $date-on }, nous sommes fermés.
address = { $address ->
    [none] Je n'ai pas l'adresse ici.
   *[other] Notre adresse : { $address }.
}{ $directions ->
    [none] {""}
   *[other] {" "}{ $directions }
}
address-of = { $place } : { $address }
prices = { $list }
no-prices = Je n'ai pas les tarifs ici.{ $phone ->
    [none] {""}
   *[other] {" "}Appelez-nous, s'il vous plaît : { $phone }.
}
services = { $list }
service-offered = Oui : { $list }
staff = Notre équipe : { $list }.
no-staff = Toute notre équipe s'occupe de vous.
phone = { $phone ->
    [none] Vous pouvez nous joindre ici, sur le chat.
   *[other] Notre numéro : { $phone }.
}{ $email ->
    [none] {""}
   *[other] {" "}Par e-mail : { $email }.
}
faq = { $answer }
i-am-a-bot = Je suis un assistant automatique. Quelqu'un de notre équipe prend le relais dès que vous le demandez.
no-answer = Désolé, je ne le sais pas.{ $phone ->
    [none] {""}
   *[other] {" "}Notre équipe le sait : { $phone }, ou demandez ici à parler à quelqu'un.
}

## Personnes
handed-over = J'ai prévenu notre équipe. Quelqu'un vous répond ici même.
nobody-here = Personne n'est disponible sur le chat pour le moment.{ $phone ->
    [none] {""}
   *[other] {" "}Vous pouvez nous appeler : { $phone }.
}{ $email ->
    [none] {""}
   *[other] {" "}Ou écrire à { $email }.
}
nobody-free = Personne de notre équipe n'est libre pour le moment, je continue donc à vous aider.{ $phone ->
    [none] {""}
   *[other] {" "}Vous pouvez aussi appeler : { $phone }.
}
staff-joined = { $name }, de notre équipe, prend le relais.
bot-again = C'est de nouveau l'assistant virtuel, chez { $business }.
sorry = J'en suis désolé.

## Politesses et fin
welcome = Avec plaisir.
take-your-time = Prenez votre temps.
goodbye = Au revoir et à bientôt !
opted-out = Vous ne recevrez plus de messages de notre part. Écrivez « START » si vous changez d'avis.
opted-in = Nous sommes ravis de vous retrouver.
nudge = Êtes-vous toujours là ?

## Choix
manage-link = Pour voir, déplacer ou annuler : { $link }
choice-yes = Oui
choice-no = Non
choice-skip = Passer
choice-change = Modifier
choice-keep = Garder
choice-cancel = Oui, annuler
choice-keep-booking = Garder
choice-drop = Abandonner
choice-change-date = Jour
choice-change-time = Heure
choice-change-service = Prestation
choice-change-staff = Avec qui
choice-change-party-size = Nombre de personnes
choice-book = Réserver
choice-mine = Mes réservations
choice-hours = Horaires
choice-move = Déplacer
choice-cancel-booking = Annuler
choice-resume = Continuer
choice-forget = Abandonner
choice-waitlist = Liste d'attente
choice-take = Je la prends
choice-decline = Non, merci
choice-stay = Je reste inscrit
choice-leave = Me retirer
choice-other-day = Un autre jour
choice-more = Voir la suite
list-opener = Choisir

## Erreurs
error-internal = Un problème est survenu de notre côté. Rien n'est perdu, quelqu'un va regarder.
opening-taken = Cet horaire vient d'être pris.
malformed = Je n'arrive pas à lire cela.
