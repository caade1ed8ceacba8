import pytest

PASSWORD = "a-long-good-phrase"


@pytest.fixture
def with_password():
    """``with_password(person)``: the same person, who can now sign in by the form."""

    def give(person, password=PASSWORD):
        person.set_password(password)
        person.save(update_fields=["password"])
        return person

    return give
