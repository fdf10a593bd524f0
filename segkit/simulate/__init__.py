"""Worlds with planted truth: customers whose segments are known, to test methods on."""
