"""The product's own clauses of a charter: the six commitments, and the limits of confidentiality."""

from django.utils.translation import gettext_lazy as _

COMMITMENTS = {
    "six_commitments": (
        (
            _("Trust and support"),
            _("What is said here stays here. I may show doubt and weakness, and I let others do so."),
        ),
        (_("Collaboration"), _("I help others get better. I do not judge, compare or compete, and I try to be fair.")),
        (_("Active listening"), _("I am a partner in thinking. I ask, out of curiosity, before I offer what I think.")),
        (_("Direct feedback"), _("I say what I see and what it does: not only praise, not only criticism.")),
        (_("Generosity"), _("When feelings run high, I try to understand them before anything else.")),
        (_("Taking risks"), _("I ask the question and say the sentence that I would rather keep to myself.")),
    ),
    "pair": (
        (_("Between the two of us"), _("What is said here stays here. I may show doubt, and so may you.")),
        (_("By turns"), _("One time it is about you, the next time about me.")),
        (_("Questions first"), _("I ask, out of curiosity, before I offer what I think. I do not judge.")),
        (_("A step each time"), _("We end with a step and a day. Next time we begin with what became of it.")),
        (_("Free to go"), _("Either of us may end this at any time, without a reason.")),
    ),
}

LIMITS = (
    _("The law may require somebody to speak, for example before a court."),
    _("When somebody is in danger, keeping them safe comes first."),
    _("Inside information about listed companies does not belong here; the law decides about it, not the group."),
    _("Your organization runs the server. Whoever holds both its database and its key file could read what is stored."),
)
