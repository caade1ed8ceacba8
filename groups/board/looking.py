"""A board that is looked at again and again while somebody is dragged over it."""

from collections import OrderedDict

from django.db import connection

from accounts.models import Person
from groups.board.state import Board, named_in, rules_of

NAMED = ("pk", "email", "name", "timezone")  # what counts of those who are named as facilitators
MOST = 8  # boards that one process keeps
_made = OrderedDict()  # proposal's id → of what it was made, and what was made of it

# Every version of a row has its own place and transaction: whatever is written to one of these changes the answer.
_STAMP = """
SELECT (SELECT md5(string_agg(p.id || ':' || p.ctid || ':' || p.xmin, ',' ORDER BY p.id))
          FROM groups_participant p WHERE p.program_id = %(program)s),
       (SELECT md5(string_agg(q.id || ':' || q.ctid || ':' || q.xmin, ',' ORDER BY q.id))
          FROM groups_participantprofile q JOIN groups_participant p ON p.id = q.participant_id
         WHERE p.program_id = %(program)s),
       (SELECT md5(string_agg(i.id || ':' || i.ctid || ':' || i.xmin, ',' ORDER BY i.id))
          FROM groups_invitation i JOIN groups_participant p ON p.id = i.participant_id
         WHERE p.program_id = %(program)s),
       (SELECT md5(string_agg(m.id || ':' || m.ctid || ':' || m.xmin, ',' ORDER BY m.id))
          FROM groups_membership m JOIN groups_participant p ON p.id = m.participant_id
         WHERE p.program_id = %(program)s)
"""


def looked_at(formation):
    """The board of a proposal, for reading.

    What was made of it before is used again while nothing has changed: not the proposal, not the program's rules, not
    one row of its roster, of what people said of themselves, or of who was invited and came. The proposal has to be
    fetched for whoever asks, behind the walls; nothing else is found here without it.
    """
    # Asked before the people are fetched: a change in between is found the next time.
    of_what = (
        _stamp(formation.program_id),
        formation.proposal,
        rules_of(formation.program, formation.weights),
        list(Person.objects.filter(pk__in=named_in(formation.proposal)).order_by("pk").values_list(*NAMED)),
    )
    before, made = _made.get(formation.pk, (None, None))
    if made and before == of_what:
        return Board(formation, made=made)
    board = Board(formation)
    _made.pop(formation.pk, None)  # what is put in anew stands last
    _made[formation.pk] = (of_what, (board.people, board.seats))
    while len(_made) > MOST:
        _made.popitem(last=False)
    return board


def forget():
    """Let go of all that was made."""
    _made.clear()


def _stamp(program_id):
    with connection.cursor() as cursor:
        cursor.execute(_STAMP, {"program": program_id})
        return cursor.fetchone()
