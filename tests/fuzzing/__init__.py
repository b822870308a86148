"""Coverage-guided fuzzing: what must hold for any bytes, and the corpora that are replayed.

A target is a module with `check(data)`, which fails, and `WORDS`, what its inputs are made of.
"""

from pathlib import Path

CORPUS = Path(__file__).with_name("corpus")
TARGETS = ("origins", "patterns", "headers", "values", "environs")
