"""What happens in one group, day by day, each act by the person whose it is."""

from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random

from coaching_site.demo import words
from coaching_site.demo.days import Diary, days_ago
from coaching_site.demo.office import Published, account
from common.actor import acting_as
from common.fences import MEMBER
from common.ids import new_id
from common.tokens import token_for
from feedback import services as feedback
from goals import services as goals
from goals.practice import is_day_of
from groups.models import Membership
from groups.selectors import own_desk
from groups.services import joining
from sessions import services as sessions
from sessions.agendas import DEFAULT_AGENDA
from sessions.models import Attendance
from sessions.wall_time import moment_of

Answer, Presence = Attendance.Answer, Attendance.Presence
CAME = {Answer.YES: Presence.PRESENT, Answer.LATE: Presence.LATE, Answer.NO: Presence.ABSENT, "": Presence.PRESENT}


class Life:
    """Fills a diary for one group and plays it. ``people`` maps addresses to accounts and is shared by all groups."""

    def __init__(self, published: Published, *, people: dict, now: datetime, place: str = "", video_url: str = ""):
        self.group, self.now = published.group, now
        self.facilitator = published.facilitator.email
        self.invitations = {invitation.email: invitation for invitation in published.invitations}
        self.people = people
        self.where = {"place": place, "video_url": video_url}
        self.chance = Random(self.group.name)  # noqa: S311  # to be the same each time
        self.diary = Diary()
        self.seats: dict[str, Membership] = {}
        self.signers: list[str] = []
        self.complete_at = now
        self.leaves: dict[str, datetime] = {}
        self.latest: dict = {}  # each one's latest check-in
        self.goals: dict = {}  # each one's goals by title

    def play(self) -> None:
        self.diary.play()

    @contextmanager
    def _as(self, email):
        with acting_as(MEMBER, person=self.people[email]):
            yield self.seats.get(email)

    # Coming and going -----------------------------------------------------------------------------------------------

    def gather(self, *, days: int, absent: tuple = (), unsigned: tuple = ()) -> None:
        """The facilitator signs ``days`` before today; in the days after, members join and sign, but for these."""
        self.complete_at = days_ago(self.now, days - 6)
        self.diary.add(days_ago(self.now, days, 8), self._sign, self.facilitator)
        for number, email in enumerate(email for email in self.invitations if email not in absent):
            moment = days_ago(self.now, days - 1 - number // 2, 9 + number)
            self.diary.add(moment, self._join, email)
            if email not in unsigned:
                self.diary.add(moment + timedelta(minutes=6), self._sign, email)
                self.signers.append(email)

    def _join(self, moment, email):
        invitation = self.invitations[email]
        participant = invitation.participant
        if email not in self.people:
            self.people[email] = account(email, participant.name, participant.timezone)
        with self._as(email):
            joining.accept_invitation(token=token_for("invitation", invitation.pk), now=moment)

    def _sign(self, moment, email):
        with self._as(email):
            charter = joining.newest_charter(self.group)
            joining.sign_charter(charter=charter, read=str(charter.pk), now=moment)
            own = Membership.objects.current(self.people[email]).select_related("group")
            self.seats[email] = own.get(group=self.group)

    def leave(self, email: str, *, days: int) -> None:
        """Somebody leaves; tell of it before the sessions they miss."""
        self.leaves[email] = days_ago(self.now, days, 18)
        self.diary.add(self.leaves[email], self._leave, email)

    def _leave(self, moment, email):
        with self._as(email):
            joining.leave_group(group=self.group, now=moment)
        del self.seats[email]

    # Sessions -------------------------------------------------------------------------------------------------------

    def meet(
        self, wall: datetime, *, scheduled: datetime | None = None, waiting: tuple = (), cancelled: bool = False,
        moved_from: datetime | None = None, is_recorded: bool = True,
    ) -> None:  # fmt: skip
        """A session at a wall time in the group's zone: scheduled, answered by all but ``waiting``, and recorded.

        ``moved_from`` is the wall time for which it was scheduled at first.
        """
        starts_at = moment_of(wall, self.group.timezone)
        scheduled = scheduled or max(starts_at - timedelta(days=20), self.complete_at)
        meeting = {}
        self.diary.add(scheduled, self._schedule, meeting, moved_from or wall)
        if moved_from:
            self.diary.add(scheduled + timedelta(days=2), self._move, meeting, wall)
        if cancelled:
            self.diary.add(starts_at - timedelta(days=4), self._cancel, meeting)
            return
        presences = {}
        for email in self.signers:
            if starts_at > self.leaves.get(email, starts_at):
                continue
            answer = self.chance.choices([Answer.YES, Answer.LATE, Answer.NO, ""], weights=[16, 2, 2, 1])[0]
            moment = scheduled + timedelta(days=2, hours=self.chance.randrange(3, 90))
            if answer and moment < self.now and email not in waiting:
                self.diary.add(moment, self._answer, meeting, email, answer)
            presences[email] = self.chance.choices([CAME[answer], Presence.ABSENT], weights=[12, 1])[0]
        if is_recorded and starts_at + timedelta(hours=3) < self.now:
            self.diary.add(starts_at + timedelta(hours=3), self._record, meeting, presences)

    def _schedule(self, moment, meeting, wall):
        with self._as(self.facilitator) as by:
            meeting["row"] = sessions.schedule_session(
                group=self.group, by=by, agenda_key=DEFAULT_AGENDA, wall_time=wall, zone=self.group.timezone,
                now=moment, **self.where,
            )  # fmt: skip

    def _move(self, moment, meeting, wall):
        with self._as(self.facilitator):
            sessions.move_session(
                coaching_session=meeting["row"], title="", wall_time=wall, zone=self.group.timezone, now=moment,
                **self.where,
            )  # fmt: skip

    def _cancel(self, moment, meeting):
        with self._as(self.facilitator):
            sessions.cancel_session(coaching_session=meeting["row"], now=moment)

    def _answer(self, moment, meeting, email, answer):
        with self._as(email) as own:
            sessions.answer_session(coaching_session=meeting["row"], membership=own, answer=answer, now=moment)

    def _record(self, moment, meeting, presences):
        with self._as(self.facilitator):
            seats = {self.seats[email]: presence for email, presence in presences.items() if email in self.seats}
            sessions.record_attendance(coaching_session=meeting["row"], presences=seats, now=moment)

    # Goals, check-ins, steps, notes ---------------------------------------------------------------------------------

    def pursue(self, email: str, aim: words.Aim) -> None:
        """A goal is written, shared if it is, and reported on."""
        goal = self.goals[email, aim.title] = {}
        written = days_ago(self.now, aim.shared if aim.shared is not None else 3, 7)
        self.diary.add(written, self._write_goal, email, aim, goal)
        if aim.shared is not None:
            self.diary.add(written + timedelta(minutes=9), self._share, email, goal)
        for report in aim.reports:
            self.diary.add(days_ago(self.now, report.days, 16), self._check_in, email, goal, report)
        for days in sorted({reading.asked for reading in aim.readings}, reverse=True):
            asked = [reading for reading in aim.readings if reading.asked == days]
            self.diary.add(days_ago(self.now, days, 10), self._ask, email, goal, asked)
            for reading in asked:
                if reading.value is not None:
                    self.diary.add(days_ago(self.now, reading.given, 13), self._read, goal, reading)
        if aim.ended:
            days, outcome, lesson = aim.ended
            self.diary.add(days_ago(self.now, days, 18), self._close_goal, email, goal, outcome, lesson)

    def _ask(self, moment, email, goal, readings):
        with self._as(email):
            requests = goals.ask_for_readings(
                goal=goal["row"], peers=[self.seats[one.author] for one in readings],
                until_on=(moment + timedelta(days=7)).date(), today=moment.date(), now=moment,
            )  # fmt: skip
            for one, request in zip(readings, requests, strict=True):
                goal[one.author, one.asked] = request

    def _read(self, moment, goal, reading):
        with self._as(reading.author):
            goals.give_reading(
                request=goal[reading.author, reading.asked], key=new_id(), value=str(reading.value),
                suggestion=reading.suggestion, today=moment.date(), now=moment,
            )  # fmt: skip

    def _close_goal(self, moment, email, goal, outcome, lesson):
        with self._as(email):
            goals.close_goal(goal=goal["row"], outcome=outcome, lesson=lesson, now=moment)

    def _write_goal(self, moment, email, aim, goal):
        with self._as(email) as own:
            goal["row"] = goals.write_goal(
                membership=own, key=new_id(), title=aim.title, behavior=aim.behavior, why=aim.why,
                first_steps=aim.first_steps,
                target_on=(self.now + timedelta(days=60)).date(), today=moment.date(),
            )  # fmt: skip

    def _share(self, moment, email, goal):
        with self._as(email):
            goals.share_goal(goal=goal["row"], now=moment)
            goal["row"].refresh_from_db(fields=["shared_at"])

    def _check_in(self, moment, email, goal, report):
        with self._as(email):
            self.latest[email] = goals.check_in(
                goal=goal["row"], key=new_id(), how_it_went=report.how_it_went, confidence=str(report.confidence),
                what_next=report.what_next, help_wanted=report.help_wanted,
            )  # fmt: skip

    def notice(self, noticed: words.Noticed) -> None:
        """A peer says what they noticed in somebody's latest check-in, and is thanked or not."""
        written = {}
        self.diary.add(days_ago(self.now, noticed.days, 18), self._notice, noticed, written)
        if noticed.thanked is not None:
            self.diary.add(days_ago(self.now, noticed.thanked, 20), self._thank, noticed, written)

    def _notice(self, moment, noticed, written):
        with self._as(noticed.author) as own:
            written["row"] = goals.write_check_in_note(
                check_in=self.latest[noticed.coachee], membership=own, key=new_id(), kind=noticed.kind,
                text=noticed.text, now=moment,
            )  # fmt: skip

    def _thank(self, moment, noticed, written):
        with self._as(noticed.coachee):
            goals.thank_for_note(note=written["row"], now=moment)

    def be_asked(self, email: str, rhythm: str, *, days: int) -> None:
        """Somebody chooses how often they are asked."""
        self.diary.add(days_ago(self.now, days, 20), self._be_asked, email, rhythm)

    def _be_asked(self, moment, email, rhythm):
        with self._as(email) as own:
            goals.set_rhythm(
                membership=own, rhythm=rhythm, paused_from=None, paused_until=None, today=moment.date(), now=moment
            )

    def take_turns(self, *emails: str, days: int) -> None:
        """These take part in the rotation of partners; the first turns it on."""
        for number, email in enumerate(emails):
            self.diary.add(days_ago(self.now, days, 9 + number), self._take_turns, email)

    def _take_turns(self, moment, email):
        with self._as(email) as own:
            goals.join_rotation(membership=own, now=moment)

    def ask_partner(self, email: str, partner: str, *, days: int) -> None:
        """Somebody asks another to be their partner, who has not answered yet."""
        self.diary.add(days_ago(self.now, days, 12), self._ask_partner, email, partner)

    def _ask_partner(self, moment, email, partner):
        with self._as(email) as own:
            goals.ask_partner(membership=own, partner=self.seats[partner], key=new_id(), now=moment)

    def reflect(self, email: str, text: str, aim: words.Aim | None, *, days: int) -> None:
        """Somebody writes in their journal, about one of their goals or not."""
        self.diary.add(days_ago(self.now, days, 21), self._reflect, email, text, aim)

    def _reflect(self, moment, email, text, aim):
        with self._as(email):
            goal_ref = str(self.goals[email, aim.title]["row"].pk) if aim else ""
            desk = own_desk(self.people[email])
            goals.write_entry(desk=desk, key=new_id(), text=text, goal_ref=goal_ref, now=moment)

    def commit(self, email: str, step: words.Step) -> None:
        """An action step is written and, perhaps, done."""
        kept = {}
        self.diary.add(days_ago(self.now, step.written, 17), self._write_step, email, step, kept)
        if step.moved:
            self.diary.add(days_ago(self.now, step.moved[0], 18), self._move_step, email, step, kept)
        if step.agreed is not None:
            self.diary.add(days_ago(self.now, step.agreed, 13), self._agree_to_ask, step, kept)
        for days in step.kept:
            self.diary.add(days_ago(self.now, days, 20), self._keep_day, email, kept)
        if step.done is not None:
            self.diary.add(days_ago(self.now, step.done, 12), self._close_step, email, kept)

    def _write_step(self, moment, email, step, kept):
        with self._as(email) as own:
            kept["row"] = goals.write_step(
                membership=own, key=new_id(), text=step.text,
                due_on=days_ago(self.now, step.moved[1] if step.moved else step.due).date(), today=moment.date(),
                asker=self.seats.get(step.asker), rhythm=step.rhythm,
            )  # fmt: skip

    def _move_step(self, moment, email, step, kept):
        with self._as(email):
            goals.move_step(
                step=kept["row"], key=new_id(), from_on=kept["row"].due_on, to_on=days_ago(self.now, step.due).date(),
                why=step.moved[2], today=moment.date(), now=moment,
            )  # fmt: skip

    def _agree_to_ask(self, moment, step, kept):
        with self._as(step.asker) as own:
            goals.answer_to_ask(step=kept["row"], membership=own, has_agreed=True, now=moment)

    def _keep_day(self, moment, email, kept):
        on = moment.date()
        if is_day_of(kept["row"].rhythm, on, until=kept["row"].due_on):
            with self._as(email):
                goals.keep_day(step=kept["row"], on=on, is_kept=True, today=on, now=moment)

    def _close_step(self, moment, email, kept):
        with self._as(email):
            goals.close_step(step=kept["row"], now=moment)

    def tell(self, note: words.Note) -> None:
        """A feedback note is given and, perhaps, opened."""
        given = {}
        self.diary.add(days_ago(self.now, note.sent, 11), self._give, note, given)
        if note.opened is not None:
            self.diary.add(days_ago(self.now, note.opened, 19), self._open, note, given)

    def _give(self, moment, note, given):
        with self._as(note.author) as own:
            given["row"] = feedback.give_note(
                author=own, recipient=self.seats[note.recipient], key=new_id(), kind=note.kind,
                situation=note.situation, behavior=note.behavior, impact=note.impact, question=note.question,
                now=moment,
            )  # fmt: skip

    def _open(self, moment, note, given):
        with self._as(note.recipient):
            feedback.open_note(note=given["row"], now=moment)

    def improvise(self, *, first: int, ended: int = 0) -> None:
        """Members of whom ``words`` tells nothing of their own: goals, check-ins and steps from what is there for all.

        ``first`` is the place in the list of goals from which they take; nothing happens in the last ``ended`` days.
        """
        aims, reports, steps = words.AIMS_OF_OTHERS, words.REPORTS_OF_OTHERS, words.STEPS_OF_OTHERS
        for number, email in enumerate(self.signers):
            title, behavior, why = aims[(first + number) % len(aims)]
            count, latest, confidence = 2 + number % 3, ended + 1 + (number * 3) % 8, 3 + number % 3
            written = []
            for week in range(count):
                how_it_went, what_next = reports[(first + 3 * number + week) % len(reports)]
                days = latest + 7 * (count - 1 - week)
                written.append(words.Report(days, how_it_went, confidence + week, what_next))
            self.pursue(email, words.Aim(title, behavior, why, shared=latest + 7 * count, reports=tuple(written)))
            asker = self.signers[(number + 1) % len(self.signers)]
            text = steps[(first + number) % len(steps)]
            self.commit(
                email,
                words.Step(
                    text, ended + 13, ended + 7 - number, asker=asker, done=ended + 8 if ended or number % 2 else None
                ),
            )
        pairs = list(zip(self.signers[::2], self.signers[1::2], strict=False))
        for place, (author, recipient) in enumerate(pairs[: len(words.NOTES_OF_OTHERS)]):
            letter = words.NOTES_OF_OTHERS[place]
            self.tell(words.Note(author, recipient, *letter, sent=ended + 19 + place, opened=ended + 18 + place))
