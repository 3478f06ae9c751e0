"""Which requests are sent: near misses, covering arrays, probes."""
