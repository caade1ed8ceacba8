"""The whole demonstration, from an empty installation to today."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.services import AlreadyFounded, has_company
from coaching_site.demo import two, words
from coaching_site.demo.days import days_ago, first_wall_time, on_a_weekday
from coaching_site.demo.life import Life
from coaching_site.demo.office import Office, end_program, form_and_publish, open_office, set_up_program

ZONE = "Europe/Berlin"  # of the programs; their people live in many
JONAS, MARIAM = words.FACILITATOR, "mariam.haddad@meridian.example"
OUTSIDER = "outsider@demo.example"
SCALE, BORDERS = 2387, 405  # seeds of the solver; names of groups follow from them
WEEK, MONTH = timedelta(weeks=1), timedelta(weeks=4)


@transaction.atomic
def tell(*, now: datetime) -> None:
    """Write everything, or nothing. Raises AlreadyFounded when there is an organization.

    One transaction, because only the one that founds an organization may give it a past.
    """
    if has_company():
        raise AlreadyFounded
    office = open_office()
    people = dict(office.facilitators)
    _the_ended_program(office, people, now)
    _the_running_program(office, people, now)
    _the_forming_program(office, now)
    _the_pair(people, now)


def _the_ended_program(office: Office, people: dict, now: datetime) -> None:
    """Last year's: two groups, five sessions each."""
    began, ended = 400, 240
    program = set_up_program(
        office, roster="leading-across-borders.csv", at=days_ago(now, began + 10), name="Leading across borders",
        starts_on=days_ago(now, began).date(), ends_on=days_ago(now, ended).date(), timezone=ZONE, size_min=4,
        size_target=5, size_max=6, level_band=1,
    )  # fmt: skip
    groups = form_and_publish(office, program, at=days_ago(now, began), seed=BORDERS, facilitates={"": MARIAM})
    for number, published in enumerate(groups):
        life = Life(published, people=people, now=now, place="Lisbon office, room Tejo")
        life.gather(days=began - 1)
        first = on_a_weekday(first_wall_time(days_ago(now, began - 16 - number), 14, ZONE))
        for session in range(5):
            life.meet(first + session * MONTH)
        life.improvise(first=3 + 5 * number, ended=ended + 5)
        life.play()
    end_program(office, program, at=days_ago(now, ended, 17))


def _the_running_program(office: Office, people: dict, now: datetime) -> None:
    """This year's: the group of member@, the group of outsider@, and a third."""
    began = 126
    program = set_up_program(
        office, roster="leading-at-scale.csv", at=days_ago(now, began + 12), name="Leading at scale",
        starts_on=days_ago(now, began).date(), ends_on=(now + timedelta(days=70)).date(), timezone=ZONE, size_min=5,
        size_target=6, size_max=7, level_band=1,
    )  # fmt: skip
    facilitates = {words.MEMBER: JONAS, "": MARIAM}
    for published in form_and_publish(office, program, at=days_ago(now, began), seed=SCALE, facilitates=facilitates):
        video_url = f"https://meet.meridian.example/{published.group.name.lower()}"
        life = Life(published, people=people, now=now, video_url=video_url)
        if words.MEMBER in life.invitations:
            _the_group_of_member(life, now)
        elif OUTSIDER in life.invitations:
            _the_group_of_outsider(life, now)
        else:
            _the_third_group(life, now)
        life.play()


def _the_group_of_member(life: Life, now: datetime) -> None:
    """Told in ``words``. One has left after the third session; the fifth is tomorrow or the day after."""
    life.gather(days=125)
    life.leave(words.FORMER, days=48)
    soon = first_wall_time(now + timedelta(hours=24), 15, ZONE)
    for months in (4, 3, 2, 1):
        life.meet(on_a_weekday(soon - months * MONTH))
    life.meet(soon, waiting=(words.MEMBER,))
    life.meet(on_a_weekday(soon + MONTH), scheduled=now - timedelta(hours=5), waiting=tuple(life.signers))
    for email, aims in words.AIMS.items():
        for aim in aims:
            life.pursue(email, aim)
    for email, steps in words.STEPS.items():
        for step in steps:
            life.commit(email, step)
    for note in words.NOTES:
        life.tell(note)
    for noticed in words.NOTICED:
        life.notice(noticed)
    life.be_asked(words.HELENA, "sessions", days=60)
    life.take_turns(words.PEER, words.THABO, words.MEMBER, days=40)
    life.ask_partner(words.TWOGROUPS, words.MEMBER, days=1)
    for days, text, aim in words.JOURNAL:
        life.reflect(words.MEMBER, text, None if aim is None else words.AIMS[words.MEMBER][aim], days=days)


def _the_group_of_outsider(life: Life, now: datetime) -> None:
    """Meets within a day, or after the weekend; this session was moved by an hour."""
    life.gather(days=125)
    soon = on_a_weekday(first_wall_time(now + timedelta(hours=2), 14, ZONE), later=True)
    for months in (4, 3, 2, 1):
        life.meet(soon - months * MONTH)
    life.meet(soon, moved_from=soon - timedelta(hours=1))
    life.meet(soon + MONTH, scheduled=now - timedelta(days=6))
    life.improvise(first=0)


def _the_third_group(life: Life, now: datetime) -> None:
    """One has never joined and one has joined without signing; a session was cancelled, the latest is not recorded."""
    *_, unsigned, absent = sorted(life.invitations)
    life.gather(days=125, absent=(absent,), unsigned=(unsigned,))
    latest = on_a_weekday(first_wall_time(now - timedelta(days=6), 16, ZONE))
    life.meet(latest - 3 * MONTH)
    life.meet(latest - 2 * MONTH, cancelled=True)
    life.meet(latest - 2 * MONTH + WEEK)
    life.meet(latest - MONTH)
    life.meet(latest, is_recorded=False)
    life.meet(latest + 3 * WEEK, scheduled=now - timedelta(days=4))
    life.improvise(first=6)


def _the_forming_program(office: Office, now: datetime) -> None:
    """Next year's: a roster of thirty, and the button "Form groups" still to be pressed."""
    set_up_program(
        office, roster="emerging-leaders.csv", at=days_ago(now, 4), name="Emerging leaders",
        starts_on=(now + timedelta(days=30)).date(), ends_on=(now + timedelta(days=200)).date(), timezone=ZONE,
        size_min=4, size_target=6, size_max=8, level_band=1,
    )  # fmt: skip


def _the_pair(people: dict, now: datetime) -> None:
    """Of peer@ and twogroups@, which no office knows of; the next word is twogroups@'s."""
    seats = two.become_a_pair(people[words.TWOGROUPS], people[words.PEER])
    lin, priya = (seats[people[email]] for email in (words.TWOGROUPS, words.PEER))
    two.talk(lin, priya, words.FIRST_TALK, step=words.FIRST_TALK_STEP, now=now)
    two.talk(priya, lin, words.SECOND_TALK, now=now)
