"""The decision table, and the doors through which it is driven."""
