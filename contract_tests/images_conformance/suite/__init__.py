"""The suite as a pytest plugin: a test per clause and model, and property tests that explore a server.

`contract_tests/conftest.py` loads it; `pytest contract_tests --base-url URL` runs it.
"""
