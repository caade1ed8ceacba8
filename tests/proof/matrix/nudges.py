from nudges.links import unsubscribe_token
from tests.proof.matrix import Address, anybody, own_page

ADDRESSES = {
    "nudges:unsubscribe": Address(
        methods={"GET": anybody(), "HEAD": anybody(), "POST": anybody()},
        kwargs=lambda world: {"token": unsubscribe_token(world.people["member"].email, "session_tomorrow")},
        why="A link in a mail stops mails without sign-in; its signed token says whose and which, no more.",
        guard="public",
    ),
    "nudges:preferences": Address(methods={"GET": own_page(), "POST": own_page(302)}, guard="person"),
}
