import pytest

from sessions.agendas import AGENDAS, CHOICES, DEFAULT_AGENDA, AgendaError, Block, blocks_for, total_minutes

EVERY_SIZE = [
    (agenda.key, people) for agenda in AGENDAS.values() for people in range(agenda.people_min, agenda.people_max + 1)
]


def test_the_default_session_of_six_takes_two_hours():
    blocks = blocks_for(DEFAULT_AGENDA, 6)

    assert [(block.kind, block.minutes) for block in blocks] == [
        ("arrive", 5),
        ("check_in", 12),
        ("steps_review", 12),
        ("turn", 35),
        ("turn", 35),
        ("feedback", 10),
        ("commitments", 6),
        ("close", 5),
    ]
    assert total_minutes(blocks) == 120


def test_a_coachee_turn_has_six_steps_of_thirty_five_minutes():
    turn = next(block for block in blocks_for("group_120", 6) if block.kind == "turn")

    assert [(step.kind, step.minutes) for step in turn.steps] == [
        ("present", 5),
        ("clarify", 5),
        ("questions", 10),
        ("consult", 7),
        ("response", 4),
        ("action", 4),
    ]


@pytest.mark.parametrize(
    ("key", "people", "minutes"),
    [
        ("group_120", 4, 110),
        ("group_120", 8, 130),
        ("group_90", 6, 90),
        ("group_90", 4, 80),
        ("pair_50", 2, 50),
        ("pair_50", 3, 50),
    ],
)
def test_the_length_follows_the_people(key, people, minutes):
    assert total_minutes(blocks_for(key, people)) == minutes


@pytest.mark.parametrize(("key", "minutes"), [("group_120", 120), ("group_90", 90), ("pair_50", 50)])
def test_an_agenda_knows_its_usual_length(key, minutes):
    assert AGENDAS[key].minutes == minutes


@pytest.mark.parametrize(("key", "people"), EVERY_SIZE)
def test_blocks_around_the_table_give_everybody_the_same_time(key, people):
    shared = [block for block in blocks_for(key, people) if block.per_person]

    assert [block.minutes for block in shared] == [block.minutes_each * people for block in shared]


@pytest.mark.parametrize(("key", "people"), EVERY_SIZE)
def test_every_block_takes_time_and_tells_what_to_do(key, people):
    blocks = blocks_for(key, people)

    parts = [*blocks, *(step for block in blocks for step in block.steps)]
    assert [part.title for part in parts if part.minutes < 1 or not part.title or not part.instruction] == []


@pytest.mark.parametrize("key", list(AGENDAS))
def test_the_steps_of_a_block_fill_its_time(key):
    parted = [block for block in blocks_for(key, AGENDAS[key].people) if block.steps]

    assert [total_minutes(block.steps) for block in parted] == [block.minutes for block in parted]


@pytest.mark.parametrize("key", list(AGENDAS))
def test_turns_are_numbered_from_one(key):
    turns = [block.seat for block in blocks_for(key, AGENDAS[key].people) if block.kind == "turn"]

    assert turns == list(range(1, len(turns) + 1))


@pytest.mark.parametrize("key", list(AGENDAS))
def test_every_conversation_reaches_a_step_with_a_date(key):
    blocks = blocks_for(key, AGENDAS[key].people)

    parts = [*blocks, *(step for block in blocks for step in block.steps)]
    assert "action" in {part.kind for part in parts}


@pytest.mark.parametrize(
    ("key", "people", "sentence"),
    [
        ("group_120", 2, "“Group session, two turns” is for 3 to 12 people."),
        ("group_120", 13, "“Group session, two turns” is for 3 to 12 people."),
        ("pair_50", 4, "“Pair conversation” is for 2 to 3 people."),
        ("party", 6, "This agenda does not exist. Choose one from the list."),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(key, people, sentence):
    with pytest.raises(AgendaError) as refused:
        blocks_for(key, people)

    assert str(refused.value) == sentence


def test_blocks_for_leaves_the_template_as_it_is():
    before = AGENDAS["group_120"].blocks

    blocks_for("group_120", 8)

    assert AGENDAS["group_120"].blocks == before


def test_choices_offer_every_agenda_once():
    assert [key for key, _title in CHOICES] == list(AGENDAS)
    assert len({title for _key, title in CHOICES}) == len(CHOICES)


def words_of(block: Block):
    return [block.title, block.instruction, block.for_coachee, block.for_coach, block.for_facilitator, *block.prompts]


def test_the_copy_keeps_to_the_voice():
    blocks = [block for agenda in AGENDAS.values() for block in agenda.blocks]
    texts = [
        text for block in [*blocks, *(step for block in blocks for step in block.steps)] for text in words_of(block)
    ]

    assert [text for text in texts if "!" in text or "mentee" in text or "client" in text or "player" in text] == []
