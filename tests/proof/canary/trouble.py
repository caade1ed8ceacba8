"""Errors that quote what somebody typed, at the place that a request names in its header ``X-Trouble``."""

import os
from contextvars import ContextVar
from functools import wraps

import django.conf.urls
from django.template.base import VariableNode
from django.views.defaults import server_error

MARK, ELSEWHERE = os.environ.get("CANARY_MARK", "no mark"), os.environ.get("CANARY_ELSEWHERE", "no word")
WEB = ("form", "before the write", "after the write", "template", "selector", "middleware", "answer")
WORKER = ("task", "mail")
_asked = ContextVar("asked", default="")
_done = set()


class Trouble(Exception):
    """Its message, its cause and the variables around it hold the words."""


def trouble_at(place, words):
    if _asked.get() == place:
        _fail(place, words)


def _fail(place, words):
    try:
        raise ValueError(f"not this: {words!r}")
    except ValueError as error:
        error.add_note(f"said was {words}")
        raise Trouble(f"{place}: {words}") from error


class Listen:
    """Hears which trouble a request asks for, around everything else."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        token = _asked.set(request.headers.get("X-Trouble", ""))
        try:
            return self.get_response(request)
        finally:
            _asked.reset(token)


class FailInTheMiddle:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        trouble_at("middleware", dict(request.POST))
        return self.get_response(request)


def lay_out():
    """Put the places where it can fail into the product."""
    from common import form_fields, sealed
    from feedback import services as feedback
    from goals import services as goals
    from goals.services import goals as writing_goals
    from nudges import services as nudges

    form_fields.WordsField.clean = _after(form_fields.WordsField.clean, "form", "answer")
    VariableNode.render = _after(VariableNode.render, "template")
    sealed.SealedTextField.unseal = _after(sealed.SealedTextField.unseal, "selector")
    django.conf.urls.handler500 = _failing_answer
    for services in (writing_goals, feedback):
        services.insert_once = _around_the_write(services.insert_once)
    goals.plan_step_reminders = _once("task", goals.plan_step_reminders)
    nudges.compose = _once("mail", nudges.compose, only=lambda how: how["nudge"].kind == "feedback_waiting")


def _after(function, *places):
    """The function, which fails at these places when a word of ours comes out of it."""

    @wraps(function)
    def wrapper(*arguments):
        words = function(*arguments)
        if isinstance(words, str) and MARK in words:
            for place in places:
                trouble_at(place, words)
        return words

    return wrapper


def _around_the_write(insert):
    @wraps(insert)
    def wrapper(row):
        words = {name: value.text for name, value in vars(row).items() if hasattr(value, "text")}
        trouble_at("before the write", words)
        insert(row)
        trouble_at("after the write", words)

    return wrapper


def _failing_answer(request):
    """In place of the page 500: an error in the answer to an error, until it meets the server itself."""
    if request.headers.get("X-Trouble") == "answer":
        _fail("answer", dict(request.POST))
    return server_error(request)


def _once(place, function, *, only=lambda how: True):
    """The function, which fails the first time in each process of the worker, with a word in its mouth."""

    @wraps(function)
    def wrapper(*arguments, **how):
        if place not in _done and only(how):
            _done.add(place)
            _fail(place, ELSEWHERE)
        return function(*arguments, **how)

    return wrapper
