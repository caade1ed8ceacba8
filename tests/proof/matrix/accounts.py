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
