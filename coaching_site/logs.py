"""What logs and error reports may hold: events, ids and names of errors; never bodies or local variables."""

import logging

from django.views.debug import SafeExceptionReporterFilter

# Django's loggers that write the path of a request into their line
WITH_PATHS = ("django.request", "django.security", "django.server")


class WithoutBodies(logging.Filter):
    """Cuts a record down before it is written: no request object, and of an error its type and place only.

    The message of an exception can quote what somebody typed, so the text of errors is left out, and so are the
    values of a traceback.
    """

    def filter(self, record):
        request = record.__dict__.pop("request", None)
        if record.name.startswith(WITH_PATHS):
            record.msg, record.args = f"{getattr(record, 'status_code', '')} at {_named(request)}".strip(), ()
        if record.exc_info and isinstance(record.exc_info, tuple) and record.exc_info[1] is not None:
            # Celery's lines quote the error in the message itself
            said = "task failed" if record.name.startswith("celery") else record.getMessage()
            record.msg, record.args = f"{said} [{describe(record.exc_info[1])}]", ()
            record.exc_info = record.exc_text = None
        return True


def _named(request):
    """The name of a request's address: the address itself can hold a token."""
    match = getattr(request, "resolver_match", None)
    return (match.view_name if match else "") or "an address without a name"


def describe(error):
    """The type of an error and the places it came through: ``ValueError at views.py:12 < services.py:80``."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}")
        trace = trace.tb_next
    cause = f" caused by {type(error.__cause__).__name__}" if error.__cause__ else ""
    return f"{type(error).__name__}{cause} at {' < '.join(reversed(places[-6:]))}"


class NothingButNames(SafeExceptionReporterFilter):
    """Error reports without POST data, cookies or local variables, also where debugging is on."""

    def is_active(self, request):
        return True

    def get_post_parameters(self, request):
        return {}

    def get_traceback_frame_variables(self, request, tb_frame):
        return []
