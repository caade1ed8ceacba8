"""An authenticator app: RFC 6238, written down a second time so that the product is held against it."""

import base64
import hashlib
import hmac
import struct
import time


def code_at(secret, moment=None):
    """The six digits that an app shows at a moment (a POSIX time; now)."""
    counter = int((time.time() if moment is None else moment) // 30)
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"
