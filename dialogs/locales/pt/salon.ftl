### Palavras próprias de um salão.
staff-not-here = Essa pessoa não está aqui para isso.
choice-book = Marcar hora
ask-staff = Prefere alguém em particular?
