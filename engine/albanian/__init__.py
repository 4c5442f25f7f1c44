"""Albanian as it is typed in Kosovo: spelling, clitics, Gheg forms, and a spaCy pipeline that knows them."""
