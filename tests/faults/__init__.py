"""Faults in what runs around the package: other people's code, servers, threads."""
