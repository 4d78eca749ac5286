### Les mots propres à un salon.
choice-book = Prendre rendez-vous
ask-staff = Souhaitez-vous quelqu'un en particulier ?
staff-not-here = Cette personne n'est pas disponible pour cela.
