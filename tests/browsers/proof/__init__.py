"""Proves the browser model: random answers and requests, through it and through real browsers."""
