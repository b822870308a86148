"""The rows that the classes here are about: none is without its class, and no class without one."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

# Rows without an id of their own are named after the library and the fault.
ROWS = {
    "CVE-2020-25032": "CVE_2020_25032_PathsThatAreNotCanonical",
    "CVE-2024-1681": "CVE_2024_1681_ForgedLogLines",
    "CVE-2024-6221": "CVE_2024_6221_PrivateNetworkAccess",
    "CVE-2024-6839": "CVE_2024_6839_TheLongestRuleDecides",
    "flask-cors#392": "FlaskCors392_TheFixSortedTheWrongWay",
    "CVE-2024-6844": "CVE_2024_6844_PathsDecodedTwice",
    "CVE-2024-6866": "CVE_2024_6866_PathsWithoutCase",
    "flask-cors#165": "FlaskCors165_OriginsInsideOfAString",
    "flask-cors 6: re.match and globs": "FlaskCors6_RegexesAndGlobs",
    "flask-cors 6: supports_credentials alone": "FlaskCors6_CredentialsForAnybody",
    "flask-cors 6: unknown options": "FlaskCors6_UnknownOptions",
    "flask-cors 6: several hooks": "FlaskCors6_SeveralHooks",
    "flask-cors 6: methods in a string": "FlaskCors6_MethodsInAString",
    "flask-cors 6: preflights after other hooks": "FlaskCors6_PreflightsBehindOtherHooks",
    "flask-cors 6: two Origin lines": "FlaskCors6_TwoOriginLines",
    "flask-cors 6: unbounded headers": "FlaskCors6_UnboundedHeaders",
    "flask-cors 6: entries that never match": "FlaskCors6_EntriesThatNeverMatch",
    "CVE-2026-37737": "CVE_2026_37737_SanicCorsMatch",
    "CVE-2026-25478": "CVE_2026_25478_LitestarAllowlistAsRegex",
    "starlette#801 and 1.x": "Starlette801_StringsDictsAndStars",
    "CVE-2025-34291": "CVE_2025_34291_ReflectedBesideACookieOfAnySite",
    "CVE-2024-47084": "CVE_2024_47084_ChecksSkippedForCookies",
    "CVE-2024-47165": "CVE_2024_47165_NullAmongLocalhosts",
    "CVE-2024-1727": "CVE_2024_1727_SimplePostsOfAnySite",
    "CVE-2026-27205": "CVE_2026_27205_VaryLost",
    "django-cors-headers 3.0, 3.10.1, 4.3, 4.9": "DjangoCorsHeaders_OriginsReadAsURLs",
    "CVE-2018-20744, CVE-2024-25124, CVE-2021-39185, CVE-2018-8014, CVE-2023-49803, "
    "resteasy#5030": "CVE_2018_20744_AnyOriginByDefault",
    "CVE-2026-54290": "CVE_2026_54290_MakingTheStarWorkWithCredentials",
    "CVE-2025-47908": "CVE_2025_47908_CommaBombs",
    "hono 4.12.34": "Hono_4_12_34_RegexOnTheRequestedHeaders",
    "GHSA-vhxv-fg4m-p2w8": "GHSA_vhxv_fg4m_p2w8_MergedSuffixes",
    "CVE-2019-25211": "CVE_2019_25211_TrailingWildcards",
    "CVE-2022-1996, CVE-2024-27302, CVE-2017-11173": "CVE_2022_1996_UnanchoredAndSuffixes",
    "rs/cors#197": "RsCors197_WildcardsAnywhere",
    "CVE-2025-71381": "CVE_2025_71381_VaryOfTheRequest",
    "nelmio 2.1.1": "Nelmio_2_1_1_HeaderNamesInTheBody",
    "Spring gh-24327": "SpringGh24327_PreflightsThatReachAHandler",
    "CVE-2022-4147, GHSA-6cqp-g7gg-8hr5": "CVE_2022_4147_SimpleAndNullInBlockingMode",
    "KTOR-5936": "KTOR_5936_TrailingSlashes",
    "rack-cors 1.0.0": "RackCors_1_0_0_EmptyOrigins",
    "CVE-2024-27456": "CVE_2024_27456_FilesThatOthersMayWrite",
    "jub0bs#14, rs#198": "Jub0bs14_SharedHeaderObjects",
}

CLASSES = {
    node.name: node
    for path in sorted(Path(__file__).parent.glob("test_*.py"))
    for node in ast.parse(path.read_text(encoding="utf-8")).body
    if isinstance(node, ast.ClassDef) and node.name.startswith("Test")
}


def test_every_row_has_its_class_and_every_class_its_row() -> None:
    assert sorted(CLASSES) == sorted(f"Test{name}" for name in ROWS.values())
    assert len(ROWS) == len(set(ROWS.values())) == 42


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_says_its_root_cause_in_one_sentence(name: str) -> None:
    docstring = ast.get_docstring(CLASSES[name]) or ""
    assert docstring.endswith(".")
    assert "\n" not in docstring


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_shows_that_a_naive_check_is_fooled_and_that_ours_is_not(name: str) -> None:
    tests = [one.name for one in CLASSES[name].body if isinstance(one, ast.FunctionDef)]
    naive = [test for test in tests if test.startswith("test_naively_")]
    assert naive
    assert [test for test in tests if test.startswith("test_") and test not in naive]
