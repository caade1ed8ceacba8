"""What a facilitator and a member type about sessions, and the words in which a rule answers."""

from datetime import datetime

from django import forms
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import zone_choices
from sessions import agendas, services, wall_time
from sessions.models import Attendance, CoachingSession


def _title_length():
    return CoachingSession._meta.get_field("title").max_length


def refusal_in_words(refusal):
    """The field that a refusal belongs to (None: no field), and what to tell the person."""
    match refusal:
        case services.GroupHasEnded():
            return None, _("This group has ended, so no session can be scheduled.")
        case services.AgendaDoesNotFit():
            return "people", str(refusal)
        case wall_time.NoSuchZone():
            return "timezone", _("We do not know this time zone. Choose one from the list.")
        case wall_time.NoSuchTime():
            return "time", _(
                "%(time)s does not exist on that day in %(place)s: the clocks go forward. "
                "Choose another time, such as %(instead)s."
            ) % {
                "time": f"{refusal.wall:%H:%M}",
                "place": wall_time.place_of(refusal.zone),
                "instead": f"{refusal.instead:%H:%M}",
            }
        case services.TimeHasPassed():
            return "date", _("That time has passed. Choose one that is still ahead.")
        case services.TooFarAhead():
            return "date", _("That is more than two years ahead. Check the year.")
        case services.NowhereToMeet():
            return "place", _("Say where you meet: a place, a video link, or both.")
        case services.NotAWebAddress():
            return "video_url", _("The link must begin with http:// or https://.")
        case services.MeetsAlready():
            return "time", _("Your group meets then already: %(title)s, %(when)s (your time).") % {
                "title": refusal.other.title,
                "when": date_format(timezone.localtime(refusal.other.starts_at), "l j F, H:i"),
            }
        case services.NothingChanged():
            return None, _("Nothing was changed.")
        case services.ChangedMeanwhile():
            return None, _("The session was changed since you opened the page. Look at it again.")
        case services.SessionIsCancelled():
            return None, _("This session is cancelled.")
        case services.SessionHasBegun():
            return None, _("This session has begun, so it can no longer be moved.")
        case services.SessionNotBegun():
            return None, _("Attendance can be recorded once the session has begun.")
        case services.SessionIsOver():
            return None, _("This session is over.")
    raise refusal


class RefusableForm(forms.Form):
    """A form that can show the refusal of a service at the field it is about."""

    def refuse(self, refusal):
        field, words = refusal_in_words(refusal)
        self.add_error(field if field in self.fields else None, words)


class WhenAndWhereForm(RefusableForm):
    """Title, time and place of a session."""

    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=_title_length(), required=False,
        help_text=gettext_lazy("It stands in mails and calendars. Leave out what you talk about."),
    )  # fmt: skip
    date = forms.DateField(
        label=gettext_lazy("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Write the date like 2027-02-09.")},
    )  # fmt: skip
    time = forms.TimeField(
        label=gettext_lazy("Starts at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": gettext_lazy("Write the time like 16:00.")},
    )  # fmt: skip
    timezone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), choices=zone_choices,
        help_text=gettext_lazy("Date and time are meant in this zone. Everybody sees them in their own as well."),
    )  # fmt: skip
    place = forms.CharField(
        label=gettext_lazy("Place"), max_length=200, required=False,
        help_text=gettext_lazy("A room or an address. It stands in mails and calendars."),
    )  # fmt: skip
    video_url = forms.URLField(
        label=gettext_lazy("Video link"), max_length=500, required=False, assume_scheme="https",
        validators=[
            URLValidator(
                schemes=["http", "https"], message=gettext_lazy("The link must begin with http:// or https://.")
            )
        ],
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
        help_text=gettext_lazy("Your group finds it on the session’s page."),
    )  # fmt: skip

    def __init__(self, *args, circle="", **kwargs):
        """``circle``: who gets to know the video link, in words."""
        super().__init__(*args, **kwargs)
        self.fields["video_url"].privacy = circle

    def plan(self):
        """What the services ask for, from a valid form."""
        typed = self.cleaned_data
        return {
            "title": typed["title"],
            "wall_time": datetime.combine(typed["date"], typed["time"]),  # naive on purpose: the zone stands beside it
            "zone": typed["timezone"],
            "place": typed["place"],
            "video_url": typed["video_url"],
        }


class ScheduleForm(WhenAndWhereForm):
    """A new session: also which agenda, and for how many."""

    agenda = forms.ChoiceField(label=gettext_lazy("Agenda"), widget=forms.RadioSelect)
    people = forms.IntegerField(
        label=gettext_lazy("How many take part"), min_value=2, max_value=12,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text=gettext_lazy("Without the facilitator. What goes around the table, and so the length, follows it."),
    )  # fmt: skip
    field_order = ["title", "agenda", "people", "date", "time", "timezone", "place", "video_url"]

    def __init__(self, *args, group, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agenda"].choices = agenda_choices(group)

    def plan(self):
        return {
            **super().plan(), "agenda_key": self.cleaned_data["agenda"], "people": self.cleaned_data["people"],
        }  # fmt: skip


def agenda_choices(group):
    """The agendas for this kind of group, with their usual length."""
    fitting = [agenda for key, agenda in agendas.AGENDAS.items() if key.startswith(f"{group.kind}_")]
    words = _("%(title)s · %(minutes)s minutes with %(people)s people")
    return [
        (agenda.key, words % {"title": agenda.title, "minutes": agenda.minutes, "people": agenda.people})
        for agenda in fitting
    ]


def schedule_initial(group):
    """What a new session starts from: the next number, the usual agenda, the group's zone."""
    first = agenda_choices(group)[0][0]
    return {
        "title": services.default_title(group),
        "agenda": first,
        "people": services.default_people(group, first),
        "timezone": group.timezone,
    }


def move_initial(coaching_session):
    """The session as it is, in the wall time in which it was chosen."""
    date, time = coaching_session.wall_time.split("T")
    return {
        "title": coaching_session.title,
        "date": date,
        "time": time,
        "timezone": coaching_session.timezone,
        "place": coaching_session.place,
        "video_url": coaching_session.video_url,
    }


class AnswerForm(forms.Form):
    """A member's answer, with the state of the session that they saw."""

    answer = forms.ChoiceField(choices=Attendance.Answer)
    sequence = forms.IntegerField(required=False)
    back = forms.ChoiceField(choices=[("today", "today")], required=False)


class AttendanceForm(forms.Form):
    """One choice for each member; a row left open stays as it is."""

    def __init__(self, *args, people, **kwargs):
        """``people``: memberships with ``person`` and ``presence``, as ``people_of_session`` gives them."""
        super().__init__(*args, **kwargs)
        self.people = {f"presence_{membership.pk}": membership for membership in people}
        for name, membership in self.people.items():
            field = forms.ChoiceField(
                label=membership.person.name, choices=Attendance.Presence, required=False,
                widget=forms.RadioSelect, initial=membership.presence,
            )  # fmt: skip
            field.look = "segmented"
            self.fields[name] = field

    def presences(self):
        """Membership → presence, of the rows in which something is chosen."""
        chosen = {self.people[name]: value for name, value in self.cleaned_data.items()}
        return {membership: presence for membership, presence in chosen.items() if presence}
