### Le parole di un salone.
staff-not-here = Quella persona qui non se ne occupa.
choice-book = Prenota
ask-staff = Preferisce qualcuno in particolare?
