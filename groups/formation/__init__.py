"""Form groups for coaching: candidates and rules in, groups with reasons out. No database, no Django.

The hard rules are never broken in a group that the solver made; who cannot be placed is named with the reason.
"""

from groups.formation.model import (
    Candidate,
    Conflict,
    FormationError,
    Lock,
    Progress,
    Proposal,
    ProposedGroup,
    Reason,
    Rules,
    Unplaced,
    Violation,
    Weights,
)
from groups.formation.reasons import explain
from groups.formation.rules import check, facilitator_obstacles, fits_facilitator


def form_groups(candidates, rules=None, **how):
    """Propose groups: see ``groups.formation.solver``. What it needs is compiled, and is loaded only now."""
    from groups.formation import solver

    return solver.form_groups(candidates, rules, **how)


__all__ = [
    "Candidate",
    "Conflict",
    "FormationError",
    "Lock",
    "Progress",
    "Proposal",
    "ProposedGroup",
    "Reason",
    "Rules",
    "Unplaced",
    "Violation",
    "Weights",
    "check",
    "explain",
    "facilitator_obstacles",
    "fits_facilitator",
    "form_groups",
]
