"""A real SMTP server on this machine that keeps what it gets, and answers as it is told."""

import asyncio
import socket
import threading
from email import message_from_bytes
from email.policy import default

from aiosmtpd.smtp import SMTP


class Sink:
    """``mails`` as they came, ``raw`` the bytes of the last.

    ``answers`` maps an address to the refusal it always gets, and "DATA" to the one that the next mail gets;
    ``before_taking()`` is called while a mail is on the way.
    """

    def __init__(self):
        self._loop = asyncio.new_event_loop()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.reset()
        self._thread.start()

    def reset(self):
        self.mails, self.raw = [], b""
        self.answers = {}
        self.sessions = 0
        self.before_taking = lambda: None

    def stop(self):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    @property
    def ids(self):
        return [mail["X-Colloquy-Nudge"] for mail in self.mails]

    def _run(self):
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            self._loop.create_server(
                lambda: SMTP(self, hostname="localhost", enable_SMTPUTF8=True, loop=self._loop), sock=self._listener
            )
        )
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        self.sessions += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if refusal := self.answers.get(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 Fine"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        await self._loop.run_in_executor(None, self.before_taking)
        if refusal := self.answers.pop("DATA", None):
            if refusal == "hang up":
                server.transport.abort()
            return refusal
        self.raw = envelope.original_content
        self.mails.append(message_from_bytes(envelope.original_content, policy=default))
        return "250 Taken"
