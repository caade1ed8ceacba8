"""People come and go, sign, write, share and take back in any order: what each then reads is what the rules say.

After each move, for each person: the ORM in the member's role = ``visible_to`` past the database's walls = SQL typed by
hand = the pages = a model in plain Python (``tests/proof/model.py``).
"""

import random
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.erasing import erase_account
from accounts.models import Duty
from common import doors
from common.actor import acting_as
from common.bootstrap import ARRANGER
from common.fences import HR, MEMBER
from common.tokens import token_for
from feedback.models import FeedbackNote
from goals.models import ActionStep, CheckIn, Goal, GoalVersion, ProgressReading, ReadingRequest
from groups.models import Charter, Membership
from groups.services import going, joining
from sessions.models import CoachingSession
from tests.conftest import WalledClient
from tests.factories import (
    ActionStepFactory,
    CharterFactory,
    CheckInFactory,
    CoachingGroupFactory,
    CoachingSessionFactory,
    FeedbackNoteFactory,
    GoalFactory,
    GoalVersionFactory,
    InvitationFactory,
    OrganizationFactory,
    OrganizationRoleFactory,
    ParticipantFactory,
    PersonFactory,
    ProgramFactory,
    ProgressReadingFactory,
    ReadingRequestFactory,
)
from tests.proof.model import Model, Place, Row, Version

PEOPLE = ("ann", "ben", "cleo", "dan", "eve")
GROUPS = ("harbor", "ridge")
KINDS = {
    "goal": Goal,
    "version": GoalVersion,
    "check_in": CheckIn,
    "step": ActionStep,
    "note": FeedbackNote,
    "reading": ProgressReading,
    "session": CoachingSession,
}
person, group = st.sampled_from(PEOPLE), st.sampled_from(GROUPS)
pick = st.integers(min_value=0, max_value=1000)


class Comings(RuleBasedStateMachine):
    """One organization, two groups, five people, and an HR person who names facilitators."""

    @initialize()
    def begin(self):
        self.model = Model(GROUPS)
        self.erased, self.looks = set(), 0
        self.rounds = 0
        with acting_as(ARRANGER):
            self.organization = OrganizationFactory(slug=f"o-{uuid4().hex[:12]}")
            self.program = ProgramFactory(organization=self.organization)
            self.people = {name: PersonFactory(email=f"{name}-{uuid4().hex}@example.com") for name in PEOPLE}
            self.hr = PersonFactory(email=f"hr-{uuid4().hex}@example.com")
            OrganizationRoleFactory(organization=self.organization, person=self.hr)
            for name in PEOPLE:
                OrganizationRoleFactory(organization=self.organization, person=self.people[name], role=Duty.FACILITATOR)
            self.groups = {name: CoachingGroupFactory(program=self.program, name=name) for name in GROUPS}
            for name in GROUPS:
                self.model.versions[name].append(Version(CharterFactory(group=self.groups[name]).pk))
        self.clients = {}
        for name in PEOPLE:
            self.clients[name] = WalledClient()
            self.clients[name].force_login(self.people[name])
        self.play_an_opening()

    def play_an_opening(self):
        """A group of three with a newcomer, and one of two whose facilitator is a member of the first."""
        self.name_a_facilitator("ann", "harbor", 0)
        for name in ("ben", "cleo"):
            self.join(name, "harbor")
        self.name_a_facilitator("ben", "ridge", 0)
        self.join("dan", "ridge")
        for number in range(5):
            self.sign(number)
        for number in range(3):
            self.write_a_goal(number, shared=number > 0)
            self.write_a_step(number)
        self.check_in(0)
        self.write_a_note(1, 1)
        self.write_a_version(0)
        self.read_progress(0, 0)
        self.meet(0)
        self.join("eve", "harbor")
        for number in range(6):
            self.sign(number)
        assert self.model.open_place("eve", "harbor").since

    def as_(self, name):
        self.model.tick()
        return acting_as(MEMBER, person=self.people[name])

    def some(self, things, number):
        things = list(things)
        return things[number % len(things)] if things else None

    def newest_in_database(self, name):
        with acting_as(ARRANGER):
            return Charter.objects.facts().filter(group=self.groups[name]).standing().first()

    # Coming and going

    @rule(name=person, group=group)
    def join(self, name, group):
        if name in self.erased or self.model.open_place(name, group):
            return
        founding = not self.model.has_begun(group)
        someone = self.people[name]
        with acting_as(ARRANGER):
            joiner = ParticipantFactory(program=self.program, email=f"{uuid4().hex}@example.com")
            invitation = InvitationFactory(
                group=self.groups[group], participant=joiner, email=someone.email, is_founding=founding
            )
        with self.as_(name):
            joining.accept_invitation(token=token_for("invitation", invitation.pk))
        self._came(name, group, "member", founding)

    def _came(self, name, group, role, founding):
        with acting_as(ARRANGER):
            row = Membership.objects.get(group=self.groups[group], person=self.people[name], left_at=None)
        place = Place(row.pk, name, group, role, founding)
        version = None if founding else Version(self.newest_in_database(group).pk, made_for=place)
        self.model.come(place, version)

    @rule(number=pick)
    def sign(self, number):
        if place := self.some((p for p in self.model.places if p.open), number):
            version = self.model.newest(place.group)
            with self.as_(place.person):
                joining.sign_charter(charter=Charter(pk=version.key), read=str(version.key))
            self.model.sign(place)

    @rule(number=pick)
    def sign_an_older_version(self, number):
        if place := self.some((p for p in self.model.places if p.open), number):
            newest = self.model.newest(place.group)
            older = self.some((v for v in self.model.versions[place.group] if v is not newest), number)
            if older:
                with self.as_(place.person):
                    assert not doors.call("sign_charter", older.key, None)

    @rule(number=pick, takes_words=st.booleans())
    def leave(self, number, takes_words):
        if place := self.some((p for p in self.model.places if p.open), number):
            with acting_as(ARRANGER):
                membership = Membership.objects.select_related("group", "person").get(pk=place.key)
            with self.as_(place.person):
                going.leave(membership=membership, takes_words=takes_words)
            self.model.end(place)
            if takes_words:
                self.model.withdraw([place])

    @rule(number=pick, other=pick)
    def remove(self, number, other):
        if by := self.some((p for p in self.model.places if p.reads and p.role == "facilitator"), number):
            gone = self.some(
                (p for p in self.model.places if p.open and p.group == by.group and p.role == "member"), other
            )
            if gone:
                with self.as_(by.person):
                    assert doors.call("remove_member", gone.key, "absent")
                self.model.end(gone)

    @rule(name=person, group=group, number=pick)
    def name_a_facilitator(self, name, group, number):
        if name in self.erased or self.model.open_place(name, group):
            return
        leads = [p for p in self.model.places if p.open and p.group == group and p.role == "facilitator"]
        replaced = self.some([*leads, None], number)
        founding = not self.model.has_begun(group)
        self.model.tick()
        with acting_as(HR, person=self.hr, organization=self.organization):
            assert doors.call(
                "name_facilitator", self.groups[group].pk, self.people[name].pk, replaced and replaced.key
            )
        if replaced:
            self.model.end(replaced)
        self._came(name, group, "facilitator", founding)

    @precondition(lambda self: len(self.erased) < 2)
    @rule(name=person)
    def erase(self, name):
        if name in self.erased:
            return
        self.model.tick()
        erase_account(person=self.people[name])
        self.erased.add(name)
        mine = [place for place in self.model.places if place.person == name]
        for place in mine:
            if place.open:
                self.model.end(place)
        self.model.withdraw(mine)

    # The charter

    @rule(number=pick)
    def propose_words(self, number):
        if place := self.some((p for p in self.model.places if p.reads), number):
            with self.as_(place.person):
                doors.call("lock_charter", self.groups[place.group].pk)
                count = len(self.model.versions[place.group])
                row = Charter(
                    organization=self.organization,
                    group=self.groups[place.group],
                    version=count + 1,
                    written_by_id=place.key,
                )
                row.clauses = '[["Trust", "What is said here stays here."]]'
                row.save(force_insert=True)
            self.model.versions[place.group].append(Version(row.pk, by=place))

    @rule(number=pick)
    def say_no_to_words(self, number):
        if place := self.some((p for p in self.model.places if p.reads), number):
            version = self.model.newest(place.group)
            may = self.model.can_decline(version, place.group)
            with self.as_(place.person):
                assert doors.call("decline_charter", version.key) == may
            if may:
                version.standing = False
                self.model.settle(place.group)

    @rule(number=pick, other=pick)
    def say_no_to_a_newcomer(self, number, other):
        if place := self.some((p for p in self.model.places if p.reads), number):
            waiting = [p for p in self.model.places if p.group == place.group and p.open and not p.admitted]
            newcomer = self.some((p for p in waiting if not p.founding), other)
            if newcomer:
                with self.as_(place.person):
                    assert doors.call("decline_newcomer", newcomer.key)
                self.model.end(newcomer)

    @rule(number=pick, other=pick)
    def agree_to_open_the_past(self, number, other):
        if newcomer := self.some((p for p in self.model.places if p.reads and p.since is not None), number):
            others = [p for p in self.model.readers(newcomer.group) if p is not newcomer]
            if place := self.some(others, other):
                with self.as_(place.person):
                    assert doors.call("agree_to_past", newcomer.key)
                self.model.agree(newcomer, place)

    @rule(number=pick)
    def take_consent_back(self, number):
        waiting = {p.key: p for p in self.model.places if p.since is not None}
        alive = {p.key: p for p in self.model.places if p.reads}
        given = sorted(((n, p) for n, p in self.model.consents if n in waiting and p in alive), key=str)
        if found := self.some(given, number):
            with self.as_(alive[found[1]].person):
                doors.call("take_back_past", found[0])
            self.model.consents.discard(found)

    # Writing

    def _write(self, number, kind, make, **facts):
        if place := self.some((p for p in self.model.places if p.reads), number):
            with self.as_(place.person):
                row = make(place, Membership(pk=place.key, group=self.groups[place.group],
                                             organization=self.organization))  # fmt: skip
            if row is not None:
                self.model.rows.append(Row(kind, row.pk, place.group, place, self.model.now, **facts))
                return self.model.rows[-1]
        return None

    @rule(number=pick, shared=st.booleans())
    def write_a_goal(self, number, shared):
        moment = timezone.now() if shared else None
        self._write(number, "goal", lambda _p, m: GoalFactory(membership=m, shared_at=moment), shared=shared)

    @rule(number=pick)
    def write_a_step(self, number):
        self._write(number, "step", lambda _p, m: ActionStepFactory(membership=m))

    def own_goals(self):
        return [row for row in self.model.rows if row.kind == "goal" and row.author.reads and row.closed is None]

    @rule(number=pick)
    def share(self, number):
        if row := self.some((row for row in self.own_goals() if not row.shared), number):
            with self.as_(row.author.person):
                assert Goal.objects.filter(pk=row.key, shared_at=None).update(shared_at=timezone.now()) == 1
            row.shared = True

    @rule(number=pick)
    def close(self, number):
        steps = [r for r in self.model.rows if r.kind == "step" and r.author.reads and r.closed is None]
        if row := self.some([*self.own_goals(), *steps], number):
            with self.as_(row.author.person):
                assert KINDS[row.kind].objects.filter(pk=row.key).update(closed_at=timezone.now()) == 1
            row.closed = self.model.now

    @rule(number=pick)
    def check_in(self, number):
        if goal := self.some((row for row in self.own_goals() if row.shared), number):
            with self.as_(goal.author.person):
                row = CheckInFactory(goal=Goal.objects.get(pk=goal.key))
            self.model.rows.append(Row("check_in", row.pk, goal.group, goal.author, self.model.now, goal=goal))

    @rule(number=pick)
    def write_a_version(self, number):
        if goal := self.some((row for row in self.own_goals() if row.shared), number):
            with self.as_(goal.author.person):
                kept = sum(row.kind == "version" and row.goal is goal for row in self.model.rows)
                row = GoalVersionFactory(goal=Goal.objects.get(pk=goal.key), number=kept + 1)
            self.model.rows.append(Row("version", row.pk, goal.group, goal.author, self.model.now, goal=goal))

    @rule(number=pick, other=pick)
    def read_progress(self, number, other):
        """A coachee asks a peer, who gives a reading."""
        goal = self.some((row for row in self.own_goals() if row.shared), number)
        peer = goal and self.some((p for p in self.model.readers(goal.group) if p is not goal.author), other)
        if peer:
            self.rounds += 1
            facts = {"group": self.groups[goal.group], "organization": self.organization}
            with self.as_(goal.author.person):
                request = ReadingRequestFactory(
                    goal=Goal.objects.get(pk=goal.key), peer=Membership(pk=peer.key, **facts), round=self.rounds
                )
            with self.as_(peer.person):
                ended = {"closed_at": timezone.now(), "ended_as": "given"}
                assert ReadingRequest.objects.filter(pk=request.pk).update(**ended) == 1
                row = ProgressReadingFactory(request=request)
            self.model.rows.append(Row("reading", row.pk, goal.group, peer, self.model.now, recipient=goal.author))

    @rule(number=pick, other=pick)
    def write_a_note(self, number, other):
        if place := self.some((p for p in self.model.places if p.reads), number):
            peer = self.some((p for p in self.model.readers(place.group) if p is not place), other)
            if peer:
                facts = {"group": self.groups[place.group], "organization": self.organization}
                with self.as_(place.person):
                    row = FeedbackNoteFactory(
                        author=Membership(pk=place.key, **facts), recipient=Membership(pk=peer.key, **facts)
                    )
                self.model.rows.append(Row("note", row.pk, place.group, place, self.model.now, recipient=peer))

    @rule(number=pick)
    def meet(self, number):
        """A session that has just ended."""
        if place := self.some((p for p in self.model.places if p.reads and p.role == "facilitator"), number):
            self.model.tick()
            with acting_as(ARRANGER):
                ended = timezone.now()
                row = CoachingSessionFactory(
                    group=self.groups[place.group],
                    scheduled_by=Membership.objects.get(pk=place.key),
                    starts_at=ended - timedelta(hours=2),
                    ends_at=ended,
                )
            self.model.rows.append(Row("session", row.pk, place.group, place, self.model.now))

    # What everybody reads

    @invariant()
    def everybody_reads_what_the_rules_say(self):
        for name in PEOPLE:
            expected = self.model.readable(name)
            assert self.by_orm(name) == expected, f"{name}, ORM"
            assert self.by_python(name) == expected, f"{name}, visible_to"
            assert self.by_sql(name) == expected, f"{name}, SQL"

    @invariant()
    def somebody_looks_at_the_pages(self):
        """After each move one of them, in turn, at one of the groups."""
        self.looks += 1
        self.look(PEOPLE[self.looks % len(PEOPLE)], GROUPS[self.looks // len(PEOPLE) % len(GROUPS)])

    def look(self, name, group):
        """The pages: the board's goals, the list of sessions, the letters; 404 for whoever is not in."""
        place, client = self.model.open_place(name, group), self.clients[name]
        readable = {str(key) for key in self.model.readable(name)}
        response = client.get(reverse("goals:board", args=[self.groups[group].pk]))
        if name in self.erased:
            assert response.status_code == 302
            assert reverse("account_login") in response["Location"]
        elif place is None:
            assert response.status_code == 404
        elif not place.reads:
            assert response.get("Location") == reverse("groups:charter", args=[self.groups[group].pk])
        else:
            for page in ("goals:board", "sessions:list", "feedback:inbox"):
                shown = client.get(reverse(page, args=[self.groups[group].pk])).content.decode()
                of_rows = {str(row.key) for row in self.model.rows}
                assert set(re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", shown)) & of_rows <= readable, page
            for row in self.some_rows(group):
                url = {"goal": "goals:goal", "session": "sessions:session", "note": "feedback:note"}[row.kind]
                status = client.get(reverse(url, args=[self.groups[group].pk, row.key])).status_code
                assert (status == 200) == (str(row.key) in readable), f"{name} at {url}"

    def some_rows(self, group):
        rows = [r for r in self.model.rows if r.group == group and r.kind in ("goal", "session", "note")]
        return random.Random(len(rows)).sample(rows, min(4, len(rows)))

    def by_orm(self, name):
        with acting_as(MEMBER, person=self.people[name]):
            return {pk for model in KINDS.values() for pk in self.ours(model).values_list("pk", flat=True)}

    def by_python(self, name):
        with acting_as(ARRANGER):
            return {
                pk
                for model in KINDS.values()
                for pk in model.objects.visible_to(self.people[name])
                .filter(organization=self.organization)
                .values_list("pk", flat=True)
            }

    def by_sql(self, name):
        tables = " UNION ALL ".join(f"SELECT id FROM {model._meta.db_table}" for model in KINDS.values())  # noqa: S608
        with acting_as(MEMBER, person=self.people[name]), connection.cursor() as cursor:
            cursor.execute(tables)
            return {pk for (pk,) in cursor.fetchall()}

    def ours(self, model):
        return model.objects.filter(organization=self.organization)


FEW = settings(
    max_examples=8,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.django_db(transaction=True)
def test_whatever_happens_everybody_reads_what_the_rules_say():
    run_state_machine_as_test(Comings, settings=FEW)


class Forgetful(Comings):
    """The sabotage: the model forgets one rule."""

    forgets = ""

    def play_an_opening(self):
        super().play_an_opening()
        model = self.model
        if self.forgets == "leaving":
            model.end = lambda place: None
        elif self.forgets == "the past":
            settle = model.settle

            def with_the_past(group):
                settle(group)
                for place in model.places:
                    place.since = None

            model.settle = with_the_past
        elif self.forgets == "drafts":
            may = model._may_read
            model._may_read = lambda person, row: row.kind == "goal" and not row.shared or may(person, row)


class OnlyPages(Forgetful):
    """Asks by the pages alone."""

    def by_orm(self, name):
        return self.model.readable(name)

    by_python = by_sql = by_orm


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rule_of_the_model", ["leaving", "the past", "drafts"])
def test_the_pages_alone_notice_it_too(rule_of_the_model):
    machine = type("OnlyPages", (OnlyPages,), {"forgets": rule_of_the_model})
    with pytest.raises((AssertionError, DatabaseError)):
        run_state_machine_as_test(machine, settings=settings(FEW, max_examples=20, phases=[Phase.generate]))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rule_of_the_model", ["leaving", "the past", "drafts"])
def test_a_rule_that_the_product_kept_and_the_model_forgot_is_noticed(rule_of_the_model):
    machine = type("Forgetful", (Forgetful,), {"forgets": rule_of_the_model})
    with pytest.raises((AssertionError, DatabaseError)):
        run_state_machine_as_test(machine, settings=settings(FEW, max_examples=20, phases=[Phase.generate]))
