"""A browser in a test: what a script on another origin would see of an app's answers."""
