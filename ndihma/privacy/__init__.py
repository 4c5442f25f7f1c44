"""What is held about a person, for how long, and how it is handed out or erased (S10, S11)."""
