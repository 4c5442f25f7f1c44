"""Who is speaking: one-time codes, a second factor, assurance levels (security S5, S17)."""
