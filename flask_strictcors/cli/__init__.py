"""`flask cors`: what the rules say, what a browser would do, what is unwise, what a server does."""
