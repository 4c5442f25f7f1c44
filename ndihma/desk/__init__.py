"""The service desk: conversations and their turns, sessions, reconnection requests, proofs of payment, tickets."""
