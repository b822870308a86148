"""StrictCORSMiddleware, driven by a server that looks at each call."""
