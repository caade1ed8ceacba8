"""The page on which an owner ends a duty."""

import pytest
from django.urls import reverse

from accounts.models import OrganizationRole


@pytest.mark.parametrize(
    ("duty", "words"),
    [
        ("hr", "the report are closed to"),
        ("facilitator", "those groups need another facilitator"),
        ("owner", "no longer decides who has which duty"),
    ],
)
def test_looking_says_what_ending_a_duty_means_and_ends_nothing(as_person, world, arranging, duty, words):
    page = as_person(world.people["owner"]).get(reverse("person_remove", args=["meridian", world.roles[duty].pk]))

    assert words in page.text
    with arranging():
        assert OrganizationRole.objects.filter(pk=world.roles[duty].pk).exists()
