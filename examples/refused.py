"""Mistakes that stop an app at start-up, each with the message that it gets.

A policy is refused with all that is wrong with it at once. Run this file to read them:

    python examples/refused.py
"""

from collections.abc import Iterator

from flask_strictcors import Policy, PolicyError

APP = "https://app.example.com"

MISTAKES = [
    {"origins": ["https://app.example.com/"]},
    {"origins": ["app.example.com"]},
    {"origins": ["https://App.example.com:443"]},
    {"origins": ["https://bücher.example.com"]},
    {"origins": [r"https://.*\.example\.com"]},
    {"origins": ["https://*.*.example.com"]},
    {"origins": ["null"]},
    {"origins": []},
    {"origins": "*", "credentials": True},
    {"origins": ["http://app.example.com"], "credentials": True},
    {"origins": ["https://*.github.io"], "credentials": True},
    {"origins": [APP], "credentials": True, "expose_headers": "*"},
    {"origins": [APP], "credentials": "yes"},
    {"origins": [APP], "supports_credentials": True},
    {"origins": [APP], "methods": ["get", "TRACE"]},
    {"origins": [APP], "allow_headers": ["X Token", "Cookie", "ETag"]},
    {"origins": [APP], "max_age": 100_000},
    {"origins": lambda origin: origin.endswith(".example.com")},
]


def refusals() -> Iterator[tuple[str, PolicyError]]:
    for options in MISTAKES:
        written = ", ".join(f"{name}={value!r}" for name, value in options.items())
        try:
            Policy(**options)
        except PolicyError as error:
            yield f"Policy({written})", error


if __name__ == "__main__":
    for written, error in refusals():
        print(written)
        for problem in error.problems:
            print(f"    {problem.code}: {problem.message}")
            print(f"    → {problem.fix}")
        print()
