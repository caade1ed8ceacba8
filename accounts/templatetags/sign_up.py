from django import template

from accounts import adapter

register = template.Library()


@register.simple_tag
def sign_up_is_open():
    """Whether the page of sign-in offers to make an account without an invitation."""
    return adapter.sign_up_is_open()


@register.simple_tag(takes_context=True)
def is_invited(context):
    """Whether an invitation brought this browser to sign-up."""
    return hasattr(context.get("request"), "session") and adapter.invitation_of(context["request"]) is not None
