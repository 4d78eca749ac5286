### A salon's own words.
staff-not-here = That person isn't here for this.
choice-book = Book a visit
ask-staff = Would you like anybody in particular?
