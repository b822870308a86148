"""The pure core, module by module, and the properties that hold it."""
