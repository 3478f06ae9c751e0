"""Property-based exploration of a server, judged like any other traffic."""
