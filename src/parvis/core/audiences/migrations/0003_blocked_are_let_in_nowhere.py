"""Places in circles that were kept across a shut door, to keep out, let nobody in once the door opens again."""

from typing import Any

from django.db import migrations
from django.db.models import Exists, OuterRef

NEVER = 2**62


def close(apps: Any, schema_editor: Any) -> None:
    doors = apps.get_model("audiences", "Block").objects.filter(
        person=OuterRef("person"), owner=OuterRef("group__owner")
    )
    places = apps.get_model("audiences", "Membership").objects.filter(group__kind="circle")
    places.filter(Exists(doors)).update(opens_from=NEVER)


class Migration(migrations.Migration):
    dependencies = [("audiences", "0002_everyone_and_members")]

    operations = [migrations.RunPython(close, migrations.RunPython.noop)]
