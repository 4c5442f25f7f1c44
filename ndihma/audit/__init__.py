"""The audit trail (S10): who did what to whose account, and why; append-only, each entry chained to the one before."""
