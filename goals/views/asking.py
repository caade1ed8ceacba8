"""What this app's pages share."""

from django.core.exceptions import PermissionDenied


def posted(request):
    return request.POST if request.method == "POST" else None


def status_of(form):
    return 422 if form.is_bound else 200


def require(is_allowed):
    if not is_allowed:
        raise PermissionDenied


def newest(row, form):
    """The goal with the words that it has now, of which the form knows from here on."""
    row.refresh_from_db(fields=["title", "behavior", "why", "first_steps", "target_on", "version_number"])
    form.look_again(row)
    return row
