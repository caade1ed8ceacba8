"""Form fields for what people write, for rows they pick, and for forms that may arrive twice."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.ids import new_id


class WordsField(forms.CharField):
    """A text of at most ``limit`` characters in somebody's own words; ``rows`` makes it a text area.

    The browser gets no ``maxlength``, because it would cut off a pasted text in silence: the form says what is too
    long and gives all of it back. Letters that cannot be seen, alone, are no text.
    """

    default_error_messages = {
        "required": _("Write something here; a few words are enough."),
        "too_long": _(
            "This has %(count)s characters, and at most %(limit)s fit. Nothing is lost: shorten it here and try again."
        ),
    }

    def __init__(self, *, limit, rows=None, **kwargs):
        self.limit = limit
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput, **kwargs)
        self.widget.attrs["dir"] = "auto"

    def to_python(self, value):
        text = super().to_python(value).replace("\r\n", "\n")
        return text if any(char.isprintable() and not char.isspace() for char in text) else ""

    def validate(self, value):
        super().validate(value)
        if len(value) > self.limit:
            raise ValidationError(
                self.error_messages["too_long"], code="too_long", params={"count": len(value), "limit": self.limit}
            )


class TickedField(forms.MultipleChoiceField):
    """Some of a list, ticked; a draft keeps them as one text."""

    widget = forms.CheckboxSelectMultiple

    def prepare_value(self, value):
        return value.split("\n") if isinstance(value, str) else value


class PickField(forms.ChoiceField):
    """One of some rows that are loaded already; cleans to the row itself, or None."""

    rows = {}

    def offer(self, rows, *, label, blank):
        """Offer ``rows``, each by ``label(row)``, and ``blank`` for none of them."""
        self.rows = {str(row.pk): row for row in rows}
        self.choices = [("", blank), *((key, label(row)) for key, row in self.rows.items())]

    def clean(self, value):
        return self.rows.get(super().clean(value))


class OnceField(forms.UUIDField):
    """The id of the row that the form will write, made with the page: sent twice, it writes one row."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs):
        super().__init__(required=False, initial=new_id, **kwargs)

    def clean(self, value):
        try:
            return super().clean(value) or new_id()
        except ValidationError:
            return new_id()
