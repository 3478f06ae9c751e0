"""Faulty servers as a test of the suite."""
