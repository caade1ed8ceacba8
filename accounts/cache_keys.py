"""Names under which sign-in remembers attempts: they tell a reader of the table neither an address nor a place."""

from django.utils.crypto import salted_hmac


def hashed_key(key, prefix, version):
    """What the table holds in place of a key; nobody can try out addresses on it without the secret key."""
    return salted_hmac("colloquy.cache", f"{prefix}:{version}:{key}", algorithm="sha256").hexdigest()
