"""The suite beside a fuzzer, and beside a bare loop."""
