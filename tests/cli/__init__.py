"""`flask cors`, as it is typed."""
