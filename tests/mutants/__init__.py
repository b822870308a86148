"""Mutation testing: mutmut changes the package in thousands of small ways, and a test must fail."""
