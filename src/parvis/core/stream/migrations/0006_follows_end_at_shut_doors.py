"""Nobody follows across a door that was shut before blocking ended that too."""

from typing import Any

from django.db import migrations
from django.db.models import Exists, OuterRef


def end_follows(apps: Any, schema_editor: Any) -> None:
    doors = apps.get_model("audiences", "Block").objects.filter(
        person=OuterRef("person"), owner=OuterRef("source__person")
    )
    follows = apps.get_model("stream", "Follow").objects.filter(source__kind="person")
    follows.filter(Exists(doors)).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("audiences", "0002_everyone_and_members"),
        ("stream", "0005_withdrawn_and_audience_at"),
    ]

    operations = [migrations.RunPython(end_follows, migrations.RunPython.noop)]
