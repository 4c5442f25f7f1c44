"""A made-up operator's systems over TM Forum Open APIs v4, for tests and the bench."""
