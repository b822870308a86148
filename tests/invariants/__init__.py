"""The ten invariants, as properties of random apps and random requests."""
