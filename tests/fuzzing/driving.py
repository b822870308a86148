"""Runs one target under atheris: ``python -m fuzzing.driving TARGET ARGUMENT...``, in ``tests``.

The arguments are libFuzzer's.
"""

import logging
import sys
from importlib import import_module

import atheris

from .work import is_measured


def main() -> None:
    """Fuzz until something is found, or as the arguments say."""
    target = sys.argv.pop(1)
    # To merge, libFuzzer runs this line in a shell.
    sys.argv[0] = f"{sys.executable} -m fuzzing.driving {target}"
    # What the targets use of the package must be imported here: only that guides the fuzzer.
    with atheris.instrument_imports(include=["flask_strictcors"]):
        module = import_module(f"fuzzing.{target}")
    logging.disable()

    def run(data: bytes) -> None:
        module.check(data)
        if is_measured(data):
            module.measure(data)

    atheris.enabled_hooks.add("str")
    atheris.Setup(sys.argv, run)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
