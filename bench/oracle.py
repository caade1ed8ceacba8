"""An oracle for few people: what CP-SAT proves about ways to group them."""

from itertools import combinations

from ortools.sat.python import cp_model

from groups.formation.rules import apart_masks, languages_of
from groups.formation.week import beginnings, free_weeks


def can_be_grouped(people, rules, seconds=120):
    """Whether everybody has a place, in any number of groups within the sizes; None where the time was too short."""
    most = len(people) // rules.size_min
    model = cp_model.CpModel()
    sits = [[model.new_bool_var("") for _g in range(most)] for _person in people]
    used = [model.new_bool_var("") for _g in range(most)]
    for row in sits:
        model.add_exactly_one(row)
    for g in range(most):
        seats = sum(row[g] for row in sits)
        model.add(seats >= rules.size_min).only_enforce_if(used[g])
        model.add(seats <= rules.size_max * used[g])
        if g:
            model.add_implication(used[g], used[g - 1])
        if rules.one_language:
            spoken = [languages_of(person) for person in people]
            words = sorted(set().union(*spoken))
            one_of(model, sits, g, [[not own or word in own for own in spoken] for word in words])
        if rules.hours:
            for half in (0, 1):
                begins = [beginnings(free_weeks(person)[half], rules.hours) for person in people]
                # slots with the same people free are one choice
                slots = {tuple(bool(bits >> slot & 1) for bits in begins) for slot in range(336)}
                one_of(model, sits, g, sorted(slots))
    masks = apart_masks(people, rules)
    for one, other in combinations(range(len(people)), 2):
        if masks[one] >> other & 1:
            for g in range(most):
                model.add_at_most_one(sits[one][g], sits[other][g])
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_time_in_seconds = seconds
    return {cp_model.OPTIMAL: True, cp_model.INFEASIBLE: False}.get(solver.solve(model))


def greatest(gain, sizes, seconds=None):
    """The greatest sum of ``gain`` within groups of these sizes, for whole numbers and few people.

    With ``seconds`` it is the greatest that was found by then on two cores, or None.
    """
    n, k = len(gain), len(sizes)
    model = cp_model.CpModel()
    sits = [[model.new_bool_var("") for _g in range(k)] for _person in range(n)]
    for row in sits:
        model.add_exactly_one(row)
    for g, size in enumerate(sizes):
        model.add(sum(row[g] for row in sits) == size)
    model.add(sits[0][0] == 1)  # whoever is first is in the first group: the groups are alike
    worth = []
    for one, other in combinations(range(n), 2):
        together = model.new_bool_var("")
        for g in range(k):
            model.add_implication(sits[one][g], sits[other][g]).only_enforce_if(together)
            model.add_bool_or(sits[one][g].negated(), sits[other][g].negated(), together)
        worth.append(int(gain[one][other]) * together)
    model.maximize(sum(worth))
    solver = cp_model.CpSolver()
    if seconds is not None:
        solver.parameters.max_time_in_seconds, solver.parameters.num_workers = seconds, 2
    status = solver.solve(model)
    assert seconds is not None or status == cp_model.OPTIMAL
    return solver.objective_value if status in {cp_model.OPTIMAL, cp_model.FEASIBLE} else None


def one_of(model, sits, g, choices):
    """Group g keeps to one of the choices; each says of every person whether they may come with it."""
    if not choices or any(all(choice) for choice in choices):
        return
    chosen = [model.new_bool_var("") for _choice in choices]
    model.add_exactly_one(chosen)
    for at, row in enumerate(sits):
        model.add_bool_or([one for one, choice in zip(chosen, choices, strict=True) if choice[at]] + [row[g].negated()])
