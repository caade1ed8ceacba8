"""A mail server that delivers to nobody: each message becomes a file. Loopback only.

The process itself runs by path, with a bound socket as its descriptor.
"""

import asyncio
import itertools
import os
import signal
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

LARGEST_MESSAGE = 32 * 1024 * 1024


class Keeper:
    """Write each message to ``<time>-<n>.eml``; a reader never meets half a file."""

    def __init__(self, folder):
        self._folder = Path(folder)
        self._numbers = itertools.count(1)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  # aiosmtpd's name
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{next(self._numbers)}.eml"
        head = [f"Return-Path: <{envelope.mail_from}>", *(f"Delivered-To: {to}" for to in envelope.rcpt_tos)]
        unfinished = self._folder / f".{name}"
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write("".join(f"{line}\r\n" for line in head).encode())
            file.write(envelope.original_content)
        unfinished.rename(self._folder / name)
        return "250 Kept"


async def serve(folder, descriptor):
    from aiosmtpd.smtp import SMTP

    loop = asyncio.get_running_loop()
    keeper = Keeper(folder)
    server = await loop.create_server(
        # A given host name spares a look-up of this machine's.
        lambda: SMTP(keeper, hostname="localhost", enable_SMTPUTF8=True, data_size_limit=LARGEST_MESSAGE, loop=loop),
        sock=socket.socket(fileno=descriptor),
    )
    done = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, done.set)
    await done.wait()
    server.close()


class MailCatcher:
    """A mail catcher that fills ``folder``; takes mail as soon as it exists, since its socket is already bound."""

    def __init__(self, folder, *, family, log):
        Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        listener = socket.create_server(("127.0.0.1", 0))
        self.host, self.port = listener.getsockname()
        descriptor = listener.detach()  # stays open: a restart of the process keeps the port
        command = [sys.executable, "-I", __file__, folder, descriptor]
        self.child = family.spawn("Mail catcher", command, log=log, descriptors=[descriptor])
        family.at_close(lambda: os.close(descriptor))


def start_mail_catcher(folder):
    """A running mail catcher with a family of its own, for tests: ``stop()`` ends both."""
    from coaching_site.services.family import Family

    family = Family()
    catcher = MailCatcher(folder, family=family, log=family.run_dir / "mail.log")
    catcher.stop = family.close
    return catcher


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2])))
