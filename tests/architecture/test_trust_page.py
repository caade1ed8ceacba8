"""``docs/trust.md`` has a section with tests for every promise of the page ``/trust/``."""

import pytest

from coaching_site.trust_text import PROMISES
from tests.architecture.pages import named_tests, page, section

TRUST = page("trust.md")


@pytest.mark.parametrize("promise", [str(promise) for promise, _meaning, _proof in PROMISES])
def test_every_promise_has_a_section_that_names_its_tests(promise):
    assert named_tests(section(TRUST, promise.replace("’", "'"))) != []


def test_every_wall_has_a_proof_and_a_sabotage():
    lines = [line for line in section(TRUST, "The four walls").splitlines() if line.startswith("| ")][2:]

    assert len(lines) == 4
    assert [line for line in lines if not named_tests(line)] == []
