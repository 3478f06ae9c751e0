"""The rim: what touches the network, the key and the clock."""
