from tests.proof.matrix import Address, anybody, own_page, statuses

ADDRESSES = {
    "accounts:first_start": Address(
        methods={"GET": anybody(404), "POST": anybody(404)},
        kwargs=lambda w: {"token": "x"},
        why="Opens with the terminal's token, on an empty installation only.",
    ),
    "accounts:settings": Address(
        methods={"GET": own_page(), "POST": own_page(302)},
        data=lambda w: {"name": "New Name", "timezone": "Asia/Tokyo"},
    ),
    "accounts:second_factor_needed": Address(methods={"GET": own_page()}),
    "accounts:sign_ins": Address(methods={"GET": own_page()}),
    # an id that is nobody's sign-in: what is whose is proved in tests/accounts/test_sign_ins.py
    "accounts:sign_in_end": Address(
        methods={"POST": statuses(404, nobody=302)}, kwargs=lambda w: {"sign_in_id": w.group.pk}
    ),
    "accounts:sign_ins_end_others": Address(methods={"POST": own_page(302)}),
    "accounts:own_words": Address(methods={"GET": own_page()}),
    "accounts:own_words_html": Address(methods={"POST": own_page(nobody=401)}),
    "accounts:own_words_json": Address(methods={"POST": own_page(nobody=401)}),
    # the address that is posted is nobody's: who may be erased is proved in tests/accounts/test_erasure.py
    "accounts:erase": Address(
        methods={"GET": own_page(), "POST": own_page(422, nobody=401)}, data=lambda w: {"email": "nobody@example.com"}
    ),
    "accounts:erased": Address(
        methods={"GET": anybody()}, why="Where an erasure ends: whoever reads it has no account any more."
    ),
    "accounts:welcome": Address(
        methods={"GET": anybody(404)},
        kwargs=lambda w: {"token": "wrong"},
        why="The link in a mail, before there is an account.",
    ),
    "accounts:welcome_start": Address(
        methods={"POST": anybody(404)}, kwargs=lambda w: {"token": "wrong"}, why="As above: on to sign-up."
    ),
    "accounts:welcome_accept": Address(
        methods={"POST": statuses(404, nobody=302)}, kwargs=lambda w: {"token": "wrong"}
    ),
}
