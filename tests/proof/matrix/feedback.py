from tests.proof.matrix import Address, group_page

# The note is from member to peer: nobody else of the group finds it, the facilitator included.
NOT_THEIRS = {"facilitator": 404, "both": 404}


def letter(world):
    """To somebody whom all who may write can write to, except themselves."""
    return {
        "recipient": world.memberships["both"].pk, "kind": "keep", "situation": "On Tuesday", "behavior": "You waited",
        "impact": "Lin spoke",
    }  # fmt: skip


def note_at(world):
    return {"group_id": world.group.pk, "note_id": world.note.pk}


ADDRESSES = {
    "feedback:inbox": Address({"GET": group_page()}, lambda world: {"group_id": world.group.pk}),
    "feedback:note_new": Address(
        {"GET": group_page(), "POST": group_page(302, both=422)},
        lambda world: {"group_id": world.group.pk},
        letter,
    ),
    "feedback:note": Address({"GET": group_page(**NOT_THEIRS)}, note_at),
    "feedback:note_open": Address({"POST": group_page(302, member=403, **NOT_THEIRS)}, note_at),
    "feedback:note_take_back": Address({"POST": group_page(302, peer=403, **NOT_THEIRS)}, note_at),
}
