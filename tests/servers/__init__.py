"""Raw sockets against real servers: bytes that no client library would send."""
