"""A pair's conversation: its order, its walls, its end, and what the other one hears of it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from common.actor import acting_as
from common.fences import HR, MEMBER, SELF, WORKER
from common.ids import new_id
from goals import selectors, services
from goals.models import ActionStep, ConversationTurn, PairConversation
from nudges import services as nudges
from nudges.models import Nudge
from tests.factories import NOW, ActionStepFactory, ConversationTurnFactory, PairConversationFactory
from tests.world import CAST

TABLE, TURNS = "goals_pairconversation", "goals_conversationturn"
refused = pytest.raises(DatabaseError, match="row-level security|permission denied")
# who writes what, in order, until a step is waited for
COURSE = [
    ("ada", "issue"), ("ben", "question"), ("ada", "answer"), ("ben", "view"), ("ada", "reaction"), ("ben", "check"),
]  # fmt: skip
STAGES = ["issue", "question", "answer", "view", "reaction", "check", "step"]


@pytest.fixture
def talk(two, arranging):
    """``talk("view")``: Ada's conversation, in which that is waited for now."""

    def until(stage):
        with arranging():
            row = PairConversationFactory(
                coachee=two["of"]["Ada"], coach=two["of"]["Ben"], stage=stage, turns_taken=STAGES.index(stage)
            )
            for number, (who, part) in enumerate(COURSE[: STAGES.index(stage)], start=1):
                people = (row.coachee, row.coach) if who == "ada" else (row.coach, row.coachee)
                ConversationTurnFactory(
                    conversation=row, author=people[0], reader=people[1], part=part, number=number,
                    text=f"The {part}", more=f"More of the {part}" if part in ("issue", "reaction") else "",
                )  # fmt: skip
        return row

    return until


def url(row, name="conversation", *more):
    return reverse(f"goals:{name}", args=[row.group_id, row.pk, *more])


def write(client, row, part, **words):
    words = {"text": f"The {part}", "more": f"More of the {part}", **words}
    return client.post(url(row, "conversation_write", part), words)


def now_of(row, arranging):
    with arranging():
        return PairConversation.objects.get(pk=row.pk)


# One conversation from the beginning to its step ---------------------------------------------------------------------


def test_two_phones_go_through_a_conversation_and_the_roles_swap(as_person, arranging, two):
    clients = {name: as_person(two[name]) for name in ("ada", "ben")}
    begin = reverse("goals:conversation_begin", args=[two["group"].pk])
    assert clients["ada"].post(begin).status_code == 302
    with arranging():
        row = PairConversation.objects.get()
    for who, part in COURSE:
        other = {"ada": "ben", "ben": "ada"}[who]
        assert "It is your turn" in clients[who].get(url(row)).content.decode(), part
        assert f"It is {who.title()}’s turn" in clients[other].get(url(row)).content.decode(), part
        assert write(clients[who], row, part).status_code == 302, part
    form = clients["ada"].get(url(row, "conversation_close")).content.decode()
    step = {"text": "Ask Lin", "due_on": timezone.localdate().isoformat(), "asker": two["of"]["Ben"].pk}
    closed = clients["ada"].post(url(row, "conversation_close"), step, follow=True).content.decode()
    clients["ben"].post(begin)

    with arranging():
        row.refresh_from_db()
        step, following = ActionStep.objects.get(), PairConversation.objects.open().get()
    assert "More of the reaction" in form
    assert f'value="{two["of"]["Ben"].pk}" selected' in form
    assert "Ask Lin" in closed
    assert (row.stage, row.step_id, row.turns_taken) == ("closed", step.pk, 7)
    assert (step.membership_id, step.asker_id) == (two["of"]["Ada"].pk, two["of"]["Ben"].pk)
    assert (following.coachee_id, following.coach_id) == (two["of"]["Ben"].pk, two["of"]["Ada"].pk)


def test_two_who_never_meet_talk_by_turns_over_days_and_each_turn_is_nudged(as_person, arranging, two, clock):
    clients = {name: as_person(two[name]) for name in ("ada", "ben")}
    clients["ada"].post(reverse("goals:conversation_begin", args=[two["group"].pk]))
    with arranging():
        row = PairConversation.objects.get()
    nudged = []
    for who, part in COURSE:
        assert write(clients[who], row, part).status_code == 302, part
        clock.shift(timedelta(days=2))
        nudged += send(timezone.now())
        assert send(timezone.now()) == [], part
    day = timezone.localdate()
    step = {"text": "Ask Lin", "due_on": (day + timedelta(days=3)).isoformat()}
    clients["ada"].post(url(row, "conversation_close"), step)
    clock.shift(timedelta(days=1))
    closed = clients["ben"].get(url(row)).content.decode()

    others = {"ada": "ben", "ben": "ada"}
    about = [(two[others[who]].email, f"It is your turn in {two['group'].name}") for who, _part in COURSE]
    assert nudged == about
    assert not [one for one in send(timezone.now()) if "your turn" in one[1]]
    assert "Closed with a step" in closed
    assert "Ask Lin" in closed


def test_it_cannot_be_closed_without_a_step_that_has_a_day(as_person, arranging, talk):
    row, today = talk("step"), timezone.localdate()
    client = as_person(row.coachee.person)
    answers = [
        client.post(url(row, "conversation_close"), form).status_code
        for form in ({}, {"text": "Ask Lin"}, {"text": "Ask Lin", "due_on": (today - timedelta(days=1)).isoformat()})
    ]

    with pytest.raises(services.StepMissing), acting_as(MEMBER, person=row.coachee.person):
        services.close_conversation(
            conversation=row, membership=row.coachee, key=new_id(), now=NOW, text="Ask Lin", due_on=None, today=today
        )
    assert answers == [422, 422, 422]
    assert now_of(row, arranging).closed_at is None


def test_only_the_coachee_closes_it(as_person, arranging, talk):
    row = talk("step")
    step = {"text": "Ask Lin", "due_on": timezone.localdate().isoformat()}

    assert as_person(row.coach.person).post(url(row, "conversation_close"), step).status_code == 403
    with pytest.raises(services.NotYourTurn), acting_as(MEMBER, person=row.coach.person):
        services.close_conversation(conversation=row, membership=row.coach, key=new_id(), now=NOW, **step)
    assert now_of(row, arranging).stage == "step"


# Letting it go -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "stage"), [("ada", "issue"), ("ben", "view"), ("ada", "step")])
def test_either_lets_it_go_with_nothing_demanded_and_the_roles_stay(as_person, arranging, two, talk, who, stage):
    row = talk(stage)
    asked = as_person(two[who]).get(url(row, "conversation_let_go")).content.decode()
    answer = as_person(two[who]).post(url(row, "conversation_let_go"), follow=True).content.decode()
    again = as_person(two["ben"]).post(url(row, "conversation_let_go"), follow=True).content.decode()
    others = as_person(two["ben"]).get(url(row), {"known": row.turns_taken}, headers={"HX-Request": "true"})
    listed = as_person(two["ben"]).get(reverse("goals:conversations", args=[row.group_id])).content.decode()
    as_person(two["ben"]).post(reverse("goals:conversation_begin", args=[row.group_id]))

    with arranging():
        row.refresh_from_db()
        following = PairConversation.objects.open().get()
        assert ConversationTurn.objects.filter(conversation=row).count() == row.turns_taken
    assert "Nobody is asked why" in asked
    assert "The conversation is let go." in answer
    assert "over already" in again
    assert "One of you let this conversation go" in others.content.decode()
    assert "let go" in listed
    assert "Ada brings the next issue" in listed
    assert (row.stage, row.step_id) == ("let_go", None)
    assert (following.coachee_id, following.coach_id) == (two["of"]["Ada"].pk, two["of"]["Ben"].pk)


def test_to_one_that_was_let_go_nothing_is_added_and_what_was_typed_stays(as_person, arranging, talk):
    row, step_row = talk("question"), {"text": "Ask Lin", "due_on": timezone.localdate().isoformat()}
    as_person(row.coachee.person).post(url(row, "conversation_let_go"))

    late = write(as_person(row.coach.person), row, "question", text="My careful question")
    closing = as_person(row.coachee.person).post(url(row, "conversation_close"), step_row)

    assert (late.status_code, closing.status_code) == (409, 409)
    assert "My careful question" in late.content.decode()
    assert all("This conversation was let go" in one.content.decode() for one in (late, closing))
    with refused:
        insert_turn(row, "question", row.coach, row.coachee)
    with arranging():
        assert not ActionStep.objects.exists()


def test_the_mail_about_one_that_was_let_go_is_not_sent(as_person, arranging, talk):
    row = talk("question")
    write(as_person(row.coach.person), row, "question")
    as_person(row.coach.person).post(url(row, "conversation_let_go"))

    assert send(timezone.now() + timedelta(minutes=6)) == []
    with arranging():
        assert Nudge.objects.get(kind="conversation_turn").state == "dropped"


def test_past_python_nobody_lets_go_what_was_closed_nor_takes_it_up_again(talk, arranging):
    row = talk("step")
    assert push(row, stage="let_go", closed_at=NOW) == 1
    assert push(row, stage="step", closed_at=None) == 0
    with arranging():
        PairConversation.objects.filter(pk=row.pk).update(stage="closed")
    assert push(row, stage="let_go") == 0


# The order -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", ["issue", "question", "answer"])
def test_no_view_opens_before_a_question_was_asked_and_answered(as_person, arranging, talk, stage):
    row = talk(stage)
    client = as_person(row.coach.person)

    opened = client.get(url(row, "conversation_write", "view"))
    sent = write(client, row, "view")

    assert (opened.status_code, sent.status_code) == (302, 409)
    assert "The view" in sent.content.decode()
    with arranging():
        assert not ConversationTurn.objects.filter(part="view").exists()


def insert_turn(row, part, author, reader):
    with acting_as(MEMBER, person=author.person), transaction.atomic():
        return ConversationTurnFactory(conversation=row, author=author, reader=reader, part=part, number=9)


@pytest.mark.parametrize("stage", ["issue", "question", "answer"])
def test_the_table_itself_takes_no_view_before_that(talk, stage):
    row = talk(stage)

    with refused:
        insert_turn(row, "view", row.coach, row.coachee)


def test_that_it_takes_none_is_row_securitys_doing(talk, as_owner):
    row = talk("issue")
    with as_owner(f"ALTER TABLE {TURNS} DISABLE ROW LEVEL SECURITY"):
        assert insert_turn(row, "view", row.coach, row.coachee).pk


def push(row, **to):
    with acting_as(MEMBER, person=row.coach.person), transaction.atomic(), connection.cursor() as cursor:
        changed = PairConversation.objects.filter(pk=row.pk).update(**to)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        return changed


@pytest.mark.parametrize(
    ("stage", "to"), [("issue", "view"), ("question", "view"), ("answer", "view"), ("view", "step")]
)
def test_nobody_pushes_a_conversation_past_what_was_not_written(talk, stage, to):
    with refused:
        push(talk(stage), stage=to)


def test_nobody_closes_one_past_python_without_a_step_of_the_coachee(talk, arranging):
    row = talk("step")
    with arranging():
        coachs = ActionStepFactory(membership=row.coach)

    with refused:
        push(row, stage="closed", closed_at=NOW)
    with pytest.raises(IntegrityError, match="goals_talk_own_step"):
        push(row, stage="closed", closed_at=NOW, step=coachs)


def test_that_nobody_does_is_row_securitys_doing(talk, as_owner):
    row = talk("issue")
    with as_owner(f"ALTER TABLE {TABLE} DISABLE ROW LEVEL SECURITY"):
        assert push(row, stage="closed", closed_at=NOW) == 1


def test_the_coach_writes_for_nobody_and_the_coachee_notes_what_was_said(as_person, arranging, talk):
    row = talk("question")
    noted = write(as_person(row.coachee.person), row, "question")
    page = as_person(row.coach.person).get(url(row)).content.decode()

    assert noted.status_code == 302
    assert "Written down by whom it was said to." in page
    assert write(as_person(row.coach.person), row, "answer").status_code == 403
    with refused:
        insert_turn(row, "answer", row.coach, row.coachee)
    with pytest.raises(services.NotYourTurn), acting_as(MEMBER, person=row.coach.person):
        services.take_turn(
            conversation=row, membership=row.coach, key=new_id(), part="answer", text="No", now=NOW
        )  # fmt: skip


def test_before_the_view_the_coach_asks_as_often_as_they_like(as_person, arranging, talk):
    row = talk("view")

    assert write(as_person(row.coach.person), row, "question").status_code == 302
    assert write(as_person(row.coachee.person), row, "answer", text="").status_code == 302
    assert now_of(row, arranging).stage == "view"
    assert "Said aloud." in as_person(row.coach.person).get(url(row)).content.decode()


# Bad input -----------------------------------------------------------------------------------------------------------


def test_both_press_begin_and_there_is_one(as_person, arranging, two):
    begin = reverse("goals:conversation_begin", args=[two["group"].pk])
    first, second = (as_person(two[name]).post(begin, follow=True) for name in ("ada", "ben"))

    with arranging():
        row = PairConversation.objects.get()
    assert row.coachee_id == two["of"]["Ada"].pk
    assert first.redirect_chain == second.redirect_chain == [(url(row), 302)]
    assert "under way already" in second.content.decode()


def test_a_turn_that_is_sent_twice_is_written_once(as_person, arranging, talk):
    row, form = talk("question"), {"key": new_id(), "text": "What else?"}
    client = as_person(row.coach.person)
    answers = [client.post(url(row, "conversation_write", "question"), form, follow=True) for _ in range(2)]

    with arranging():
        assert ConversationTurn.objects.filter(part="question").count() == 1
    assert "That was saved already." in answers[1].content.decode()
    assert now_of(row, arranging).turns_taken == 2


def test_a_step_that_is_sent_twice_closes_once(as_person, arranging, talk):
    row = talk("step")
    form = {"key": new_id(), "text": "Ask Lin", "due_on": timezone.localdate().isoformat()}
    answers = [as_person(row.coachee.person).post(url(row, "conversation_close"), form, follow=True) for _ in range(2)]

    with arranging():
        assert ActionStep.objects.count() == 1
    assert "That was saved already." in answers[1].content.decode()


def test_a_key_of_somebody_elses_row_loses_nothing(as_person, arranging, talk, world):
    row = talk("question")

    assert write(as_person(row.coach.person), row, "question", key=world.turn.pk).status_code == 302
    with arranging():
        turn = ConversationTurn.objects.get(conversation=row, part="question")
        assert turn.pk != world.turn.pk
        assert turn.text.open() == "The question"


def test_of_two_who_write_the_same_turn_the_second_keeps_their_words(as_person, talk):
    row = talk("question")
    write(as_person(row.coachee.person), row, "question", text="Heard aloud")

    late = write(as_person(row.coach.person), row, "question", text="Typed at the same moment")

    assert late.status_code == 409
    assert "Typed at the same moment" in late.content.decode()
    assert "Something else comes next by now" in late.content.decode()


@pytest.mark.parametrize(
    ("text", "says"),
    [("x" * 100_000, "100000 characters"), (" \u200b ", "Write something here"), ("", "Write something")],
)
def test_words_that_do_not_fit_come_back_whole(as_person, arranging, talk, text, says):
    row = talk("question")
    answer = write(as_person(row.coach.person), row, "question", text=text)

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert text.strip() in answer.content.decode()
    assert now_of(row, arranging).stage == "question"


def test_markup_is_shown_as_it_was_typed(as_person, talk):
    row, markup = talk("question"), "<script>alert(1)</script><b>{{ x }}"
    write(as_person(row.coach.person), row, "question", text=markup)

    page = as_person(row.coachee.person).get(url(row)).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&lt;b&gt;{{ x }}" in page


def test_a_part_that_does_not_exist_is_not_there(as_person, talk):
    row = talk("question")

    assert as_person(row.coach.person).get(url(row, "conversation_write", "advice")).status_code == 404


def test_when_the_partner_has_left_midway_nothing_that_was_written_is_lost(as_person, arranging, talk):
    row = talk("question")
    as_person(row.coachee.person).post(reverse("groups:leave", args=[row.group_id]), {"words": "stays"})
    client = as_person(row.coach.person)

    late = write(client, row, "question", text="My careful question")
    begun = client.post(reverse("goals:conversation_begin", args=[row.group_id]), follow=True)

    assert late.status_code == 409
    assert "My careful question" in late.content.decode()
    assert "The pair has ended" in late.content.decode()
    assert "The issue" in client.get(url(row)).content.decode()
    assert "nothing can be begun any more" in begun.content.decode()
    assert as_person(row.coachee.person).get(url(row)).status_code == 404
    with arranging():
        assert not ConversationTurn.objects.filter(part="question").exists()


# Who reads -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "model"), [("talk", PairConversation), ("turn", ConversationTurn)])
def test_visible_to_alone_shows_it_to_the_two(world, arranging, name, model):
    with arranging():
        sees = {
            who for who in CAST[1:] if model.objects.visible_to(world.people[who]).filter(pk=getattr(world, name).pk)
        }

    assert sees == {"member", "peer"}


def test_whoever_has_left_reads_nothing_and_takes_their_own_turns(talk, arranging):
    row = talk("view")
    with arranging():
        type(row.coach).objects.filter(pk=row.coach_id).update(left_at=NOW)

    def reads(role):
        with acting_as(role, person=row.coach.person):
            return sorted(ConversationTurn.objects.values_list("part", flat=True))

    assert (reads(MEMBER), reads(SELF)) == ([], ["question"])
    with arranging():
        assert not ConversationTurn.objects.visible_to(row.coach.person).exists()
        assert not PairConversation.objects.visible_to(row.coach.person).exists()


def test_neither_office_nor_worker_reads_a_word(world):
    for role, person in ((HR, "hr"), (WORKER, None)):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            acting_as(role, person=world.people[person] if person else None, organization=world.organization),
            transaction.atomic(),
        ):
            ConversationTurn.objects.exists()


def test_a_turn_is_never_reworded_and_never_taken_back(talk):
    row = talk("view")
    with acting_as(MEMBER, person=row.coachee.person):
        turn = ConversationTurn.objects.get(part="issue")
        for change in (lambda: turn.save(update_fields=["text"]), lambda: turn.delete()):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                change()


def test_a_conversation_is_begun_in_ones_own_pair_only(world, two):
    for coachee, coach in (("member", "peer"), ("peer", "member")):
        with refused, acting_as(MEMBER, person=world.people["member"]), transaction.atomic():
            PairConversationFactory(
                coachee=world.memberships[coachee], coach=world.memberships[coach], stage="issue", turns_taken=0
            )
    with acting_as(MEMBER, person=two["ada"]):
        assert PairConversationFactory(
            coachee=two["of"]["Ada"], coach=two["of"]["Ben"], stage="issue", turns_taken=0
        ).pk


# Good questions ------------------------------------------------------------------------------------------------------


def like(client, turn, good="yes"):
    return client.post(reverse("goals:question_like", args=[turn.group_id, turn.pk]), {"good": good}, follow=True)


def test_a_question_that_the_coachee_keeps_comes_back_as_a_prompt(as_person, arranging, talk):
    row = talk("view")
    with arranging():
        turn = ConversationTurn.objects.get(part="question")
    write_page = url(row, "conversation_write", "question")
    before = as_person(row.coach.person).get(write_page).content.decode()

    assert like(as_person(row.coach.person), turn).status_code == 403
    assert "It comes back as a prompt" in like(as_person(row.coachee.person), turn).content.decode()

    after = as_person(row.coach.person).get(write_page).content.decode()
    like(as_person(row.coachee.person), turn, "no")
    again = as_person(row.coach.person).get(write_page).content.decode()
    helped = "Questions that helped the two of you"
    assert (helped in before, helped in after, helped in again) == (False, True, False)


def test_past_python_the_coach_keeps_no_question_and_the_coachee_no_other_turn(talk, as_owner):
    row = talk("view")

    def keep(who, part):
        with acting_as(MEMBER, person=who.person), transaction.atomic():
            return ConversationTurn.objects.filter(conversation=row, part=part).update(liked_at=NOW)

    assert (keep(row.coach, "question"), keep(row.coachee, "answer"), keep(row.coachee, "question")) == (0, 0, 1)
    with as_owner(f"ALTER TABLE {TURNS} DISABLE ROW LEVEL SECURITY"):
        assert keep(row.coach, "question") == 1


# What is told of it --------------------------------------------------------------------------------------------------


def send(at):
    mail.outbox.clear()
    nudges.deliver(nudges.claim(now=at), now=at)
    assert not any(word in str(one.message()) for one in mail.outbox for word in ("The question", "The issue", "Ada"))
    return [(one.to[0], one.subject) for one in mail.outbox]


def test_each_turn_tells_the_other_and_nobody_who_has_gone_on_meanwhile(as_person, arranging, talk, clock):
    row = talk("question")
    write(as_person(row.coach.person), row, "question")
    at_once, days_later = send(timezone.now()), send(timezone.now() + timedelta(minutes=6))
    clock.shift(timedelta(days=3))
    write(as_person(row.coachee.person), row, "answer")
    write(as_person(row.coach.person), row, "question", text="And then?")
    write(as_person(row.coachee.person), row, "answer")
    last = send(timezone.now() + timedelta(minutes=6))

    with arranging():
        states = sorted(Nudge.objects.filter(kind="conversation_turn").values_list("state", "context__turns"))
    assert at_once == []
    assert days_later == [(row.coachee.person.email, f"It is your turn in {row.group.name}")]
    assert last == [(row.coach.person.email, f"It is your turn in {row.group.name}")]
    assert len([state for state, _turns in states if state == "sent"]) == 2
    assert len(states) == 4


def test_whoever_has_just_written_is_told_nothing_and_nobody_of_an_ended_pair(as_person, arranging, talk):
    row = talk("question")
    write(as_person(row.coachee.person), row, "question")
    with arranging():
        assert not Nudge.objects.filter(kind="conversation_turn").exists()
    write(as_person(row.coachee.person), row, "answer")
    as_person(row.coachee.person).post(reverse("groups:leave", args=[row.group_id]), {"words": "stays"})

    assert "turn" not in str(send(timezone.now() + timedelta(minutes=6)))
    with arranging():
        assert Nudge.objects.get(kind="conversation_turn").state == "dropped"


@pytest.mark.parametrize("stage", ["issue", "check", "step"])
def test_today_and_the_pairs_page_say_whose_turn_it_is(as_person, two, talk, django_assert_num_queries, stage):
    row = talk(stage)
    whose = "ben" if stage in ("question", "view", "check") else "ada"
    other = {"ada": "ben", "ben": "ada"}[whose]
    for name in ("ada", "ben"):
        with acting_as(MEMBER, person=two[name]), django_assert_num_queries(1):
            turns = selectors.asked_of_today(two[name], timezone.localdate()).turns
        assert [(turn.pk, turn.name) for turn in turns] == ([(row.pk, other.title())] if name == whose else [])
    today = as_person(two[whose]).get(reverse("today")).content.decode()
    pages = {name: as_person(two[name]).get(f"/groups/{row.group_id}/").content.decode() for name in ("ada", "ben")}

    assert f"Your turn in the conversation with {other.title()}" in today
    assert "It is your turn in the conversation" in pages[whose]
    assert f"It is {whose.title()}’s turn in the conversation" in pages[other]
    assert all(url(row) in page for page in pages.values())


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_many_there_are(as_person, talk, arranging, django_assert_num_queries, count):
    row = talk("step")
    with arranging():
        for _ in range(count - 1):
            PairConversationFactory(coachee=row.coachee, coach=row.coach, stage="closed", closed_at=NOW, begun_at=NOW)
    client = as_person(row.coach.person)

    # savepoint and its release, login session, person, context and back, membership, places, partner, conversations
    with django_assert_num_queries(10):
        page = client.get(reverse("goals:conversations", args=[row.group_id]))

    assert page.content.count(b"data-talk") == count - 1


def test_the_page_of_whoever_waits_gets_nothing_until_the_other_has_gone_on(as_person, talk):
    row = talk("question")
    ask = {"headers": {"HX-Request": "true"}}
    client = as_person(row.coachee.person)

    waits = client.get(url(row), {"known": "1"}, **ask).status_code
    write(as_person(row.coach.person), row, "question")
    goes_on = client.get(url(row), {"known": "1"}, **ask)

    assert waits == 204
    assert "Ben asks you something" in goes_on.content.decode()


def test_what_is_typed_and_not_sent_is_kept_by_part(as_person, talk):
    row = talk("view")
    client = as_person(row.coach.person)
    place = f"goals:conversation_write:{row.pk}:view"
    kept = client.post(
        reverse("groups:draft_keep", args=[row.group_id]),
        {"place": place, "tab": new_id(), "words": '{"text": "Half a thought"}'},
    )

    assert kept.status_code == 200
    assert "Half a thought" in client.get(url(row, "conversation_write", "view")).content.decode()
    assert "Half a thought" not in client.get(url(row, "conversation_write", "question")).content.decode()
