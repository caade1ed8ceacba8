"""Tokens that open one thing without sign-in: made from a row's id, stored hashed, never stored plain."""

import hashlib
import hmac

from django.conf import settings
from django.utils.crypto import salted_hmac


def token_for(purpose, pk):
    """The token of a row: the same each time, so that a worker can put it in a mail though only its hash is stored."""
    digest = salted_hmac(f"colloquy.{purpose}", str(pk), secret=settings.SECRET_KEY, algorithm="sha256")
    return digest.hexdigest()


def hash_token(token):
    """What is stored of a token: its SHA-256 in hex."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def same_token(left, right):
    """Compare two tokens in constant time; an empty one equals nothing."""
    return bool(left) and hmac.compare_digest(left.encode(), right.encode())
