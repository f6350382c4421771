"""The groups of everyone and of the members, and the audience of everyone: known by their numbers."""

from django.db import migrations


def make(apps, schema_editor):
    Group = apps.get_model("audiences", "Group")
    Audience = apps.get_model("audiences", "Audience")
    Term = apps.get_model("audiences", "Term")
    Group.objects.create(pk=1, kind="public", public_id="everyone")
    Group.objects.create(pk=2, kind="members", public_id="members")
    Audience.objects.create(pk=1, canon="+1")
    Audience.objects.create(pk=2, canon="+2")
    Term.objects.create(audience_id=1, sign=1, group_id=1)
    Term.objects.create(audience_id=2, sign=1, group_id=2)
    if schema_editor.connection.vendor == "postgresql":
        for table in ("audiences_group", "audiences_audience"):
            schema_editor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 2)")


def unmake(apps, schema_editor):
    apps.get_model("audiences", "Term").objects.filter(audience_id__in=[1, 2]).delete()
    apps.get_model("audiences", "Audience").objects.filter(pk__in=[1, 2]).delete()
    apps.get_model("audiences", "Group").objects.filter(pk__in=[1, 2]).delete()


class Migration(migrations.Migration):
    dependencies = [("audiences", "0001_start")]
    operations = [migrations.RunPython(make, unmake)]
