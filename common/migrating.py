"""What migrations do to walls."""

from django.db.migrations.operations.base import Operation, OperationCategory


class Wall(Operation):
    """Put a fence (``common.fences``) on a table, in place of the one of the same name where there is one.

    The same as Django's ``RemoveConstraint`` and ``AddConstraint``, which make their models and all the models around
    them anew each time, for what only PostgreSQL ever looks at. ``makemigrations`` writes those two; replace
    them by this one.
    """

    category = OperationCategory.ALTERATION

    def __init__(self, model_name, constraint):
        self.model_name = model_name
        self.constraint = constraint

    def deconstruct(self):
        return type(self).__name__, [], {"model_name": self.model_name, "constraint": self.constraint}

    def state_forwards(self, app_label, state):
        options = state.models[app_label, self.model_name.lower()].options
        others = [one for one in options.get("constraints", []) if one.name != self.constraint.name]
        options["constraints"] = [*others, self.constraint]

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        self._put(app_label, schema_editor, instead_of=from_state, what=to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        self._put(app_label, schema_editor, instead_of=from_state, what=to_state)

    def _put(self, app_label, schema_editor, *, instead_of, what):
        model = what.apps.get_model(app_label, self.model_name)
        if before := self._named(instead_of, app_label):
            schema_editor.remove_constraint(model, before)
        if after := self._named(what, app_label):
            schema_editor.add_constraint(model, after)

    def _named(self, state, app_label):
        constraints = state.models[app_label, self.model_name.lower()].options.get("constraints", [])
        return next((one for one in constraints if one.name == self.constraint.name), None)

    def describe(self):
        return f"Put the fence {self.constraint.name} on {self.model_name}"

    @property
    def migration_name_fragment(self):
        return f"wall_{self.model_name.lower()}"
