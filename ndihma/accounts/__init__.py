"""Account state: domain model, life-cycle rules and the directory port."""
