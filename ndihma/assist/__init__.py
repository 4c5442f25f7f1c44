"""What helps an agent who talks or writes: suggested answers, the knowledge search, what agents made of them."""
