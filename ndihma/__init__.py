"""Ndihma: the Albanian customer-support assistant of a Kosovo mobile operator."""
