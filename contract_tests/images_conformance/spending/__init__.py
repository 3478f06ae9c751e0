"""What requests cost at most, and the ceiling on it."""
