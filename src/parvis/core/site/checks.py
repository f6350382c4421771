"""What must hold for the house to stand, asked each time Django starts."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, register
from django.db.models import Model

from parvis.core.people.models import Person
from parvis.core.people.personal import PERSONAL
from parvis.core.stream.seen import SeenModel

NOT_OURS = {"account", "mfa", "usersessions", "sessions", "auth", "contenttypes", "messages"}


def touches_people(model: type[Model]) -> bool:
    """Whether a row of this table belongs to a person or to a publication."""
    targets = [
        field.related_model for field in model._meta.get_fields() if field.concrete and field.is_relation
    ]
    return model is Person or any(
        t is Person or (isinstance(t, type) and issubclass(t, SeenModel)) for t in targets
    )


@register()
def personal_is_declared(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """Export and erasure know every table that holds something of a person, each once."""
    declared = [declaration.model for declaration in PERSONAL]
    for model in apps.get_models():
        if model._meta.app_label not in NOT_OURS and touches_people(model) and declared.count(model) != 1:
            yield Error(
                f"{model._meta.label} holds something of a person, and is declared {declared.count(model)} times.",
                hint="Add one Personal(...) to the room, or to the floor's declarations.",
                id="parvis.E001",
            )
