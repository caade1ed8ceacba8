"""Primary keys."""

import os
import time
import uuid


def new_id():
    """A fresh UUID of version 7 (RFC 9562): random, and close to its neighbors in time: indexes stay compact."""
    moment = (time.time_ns() // 1_000_000).to_bytes(6, "big")
    noise = bytearray(os.urandom(10))
    noise[0] = 0x70 | noise[0] & 0x0F
    noise[2] = 0x80 | noise[2] & 0x3F
    return uuid.UUID(bytes=moment + bytes(noise))
