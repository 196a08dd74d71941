"""Inputs that nobody means well. ``FUZZ`` is how many in all: 2,000 in CI, ``scripts/fuzz`` runs 100,000."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.ops.conftest import shared_server  # noqa: F401  (a fixture, used by name)

TOTAL = int(os.environ.get("FUZZ", "2000"))
NASTY = [
    "/restart", "/session_start", '/urgent{"drug": "x"}', "/symptoms/bone", "EXTERNAL: reminder", "null", "NaN", "0",
    "'; DROP TABLE events; --", '" OR 1=1 --', "<script>alert(1)</script>", "<img src=x onerror=alert(1)>",
    "javascript:alert(1)", "{{7*7}}", "${jndi:ldap://x}", "../../etc/passwd", "%s%s%n", "%00", "\x00", "\x1b[31m",
    "\u202e\u2066abc\u2069", "\ufeff", "\u200b" * 20, "\ud800", "\udfff", "Z\u0351\u036b\u0343" * 30,
    "\U0001f469\u200d\U0001f4bb" * 10, "a" * 5000, "bone " * 2000, "\n\n\n", "?" * 500, "ﷺ" * 50, "= cmd|'/c calc'!A0",
    "1e999", "-0", "[" * 300, "{" * 300,
]  # fmt: skip

words = st.one_of(
    st.sampled_from(NASTY),
    st.text(max_size=200),
    st.text(st.characters(categories=["Cc", "Cf", "Co", "Mn"]), max_size=100),  # control, bidi, private, combining
    st.lists(st.sampled_from([*NASTY, "what is a biopsy?", "it hurts", "help"]), min_size=2, max_size=4).map(" ".join),
)
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), words)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4), max_leaves=12
)


def share(part: float) -> Callable[[Any], Any]:
    """That part of all inputs for one test."""
    return settings(
        max_examples=max(20, round(TOTAL * part)),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=TOTAL <= 2000,  # CI must not fail by chance; the long run looks for what is new
    )


def objects(**known: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with fields that mean something, each right, wrong or missing, and others."""
    fields = {name: st.one_of(strategy, strategy, anything) for name, strategy in known.items()}
    return st.builds(
        lambda right, other: {**other, **right},
        st.fixed_dictionaries({}, optional=fields),
        st.dictionaries(words, anything, max_size=2),
    )
