"""The protocol and its configuration, pure: no Flask, no Werkzeug, no I/O, no logging."""
