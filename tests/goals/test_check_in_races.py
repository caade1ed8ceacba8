"""Two browsers with one link at the same moment, and two peers' forms at once: each claim is taken once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from common.ids import new_id
from common.tokens import token_for
from goals import services
from goals.models import CheckIn
from tests.factories import CheckInLinkFactory

pytestmark = pytest.mark.django_db(transaction=True)


def together(*works):
    """Run these at once, each on its own connection; what each did, by name."""
    gate = Barrier(len(works))

    def run(work):
        gate.wait(timeout=10)
        try:
            work()
        except services.LinkGone as refusal:
            return type(refusal).__name__
        else:
            return "saved"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return sorted(pool.map(run, works))


@pytest.mark.parametrize(("is_same_form", "outcome"), [(False, ["LinkGone", "saved"]), (True, ["saved", "saved"])])
def test_a_link_that_is_used_twice_at_once_writes_one_check_in(arranging, is_same_form, outcome):
    with arranging():
        link = CheckInLinkFactory()
    key = new_id()
    words = {"how_it_went": "Well", "confidence": "", "what_next": "", "help_wanted": ""}

    def use():
        services.check_in_by_link(
            token=token_for("check_in_link", link.pk), key=key if is_same_form else new_id(), **words
        )

    assert together(use, use) == outcome
    with arranging():
        assert CheckIn.objects.filter(goal=link.goal_id).count() == 1
