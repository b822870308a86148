"""Coverage-guided fuzzing: what must hold for any bytes, and the corpora that are replayed.

A target is a module with `check(data)` and `measure(data)`, which fail for what is wrong and for
what costs too much, and `WORDS`, which its inputs are made of.
"""

from pathlib import Path

CORPUS = Path(__file__).with_name("corpus")
TARGETS = ("origins", "patterns", "headers", "values", "environs")
