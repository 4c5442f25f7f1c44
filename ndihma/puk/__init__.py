"""PUK codes: kept encrypted, shown once to whom two independent contacts vouch for, told to the others (S8)."""
