"""The signals, what nobody hears, and the callables of dynamic origins, contained."""
