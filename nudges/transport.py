"""The way out: handing a mail to the mail server, and what its answer means."""

import contextlib
import smtplib

from django.core.mail import get_connection

CLOSING = 421  # "I am closing the connection": about the server, not about this mail


class Refused(Exception):
    """The mail server will never take this mail."""


class NotNow(Exception):
    """The mail server may take this mail later."""


class Away(Exception):
    """The mail server cannot be reached, or serves nobody now."""


class MailTransport:
    """One connection to the mail server, for a batch: ``with MailTransport() as transport``.

    The reasons in its exceptions hold names and numbers only; a server's sentence may repeat an address.
    """

    def __init__(self):
        self._connection = get_connection()
        self._has_sent = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._close()

    def send(self, mail):
        """Hand a mail over. Raises Refused, NotNow or Away."""
        try:
            self._connection.open()
        except OSError as error:  # smtplib's own exceptions are OSErrors too
            self._close()
            raise Away(_name(error)) from None
        try:
            self._connection.send_messages([mail])
        except ValueError as error:
            raise Refused(f"No mail can be made of it: {_name(error)}") from None
        except OSError as error:
            raise self._meaning(error) from None
        self._has_sent = True

    def was_sent(self, nudge):
        """Whether the provider has sent it; None when nobody can say, as with plain SMTP."""
        return None  # noqa: RET501  # "nobody can say" is an answer

    def _meaning(self, error):
        code, name = _code(error), _name(error)
        if isinstance(error, smtplib.SMTPNotSupportedError):
            return Refused(name)
        if code is None or code == CLOSING:
            # Some servers close after a number of mails: then it is worth opening another connection.
            worked, self._has_sent = self._has_sent, False
            self._close()
            return NotNow(name) if worked else Away(name)
        if code >= 500 and not isinstance(error, smtplib.SMTPSenderRefused):  # that one is about our settings
            return Refused(name)
        return NotNow(name)

    def _close(self):
        with contextlib.suppress(OSError):
            self._connection.close()


def _code(error):
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max(code for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPHeloError | smtplib.SMTPAuthenticationError):
        return None
    return getattr(error, "smtp_code", None)


def _name(error):
    code = _code(error)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
