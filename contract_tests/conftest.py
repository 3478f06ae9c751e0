"""`pytest contract_tests` is a pytest plugin's work: images_conformance.suite."""

pytest_plugins = ["images_conformance.suite.plugin"]
