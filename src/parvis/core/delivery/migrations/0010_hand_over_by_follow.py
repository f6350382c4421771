from django.db import migrations


def begin_anew(apps, schema_editor):
    """What is on its way counted subscriptions, and counts follows from now on. Who has it already gets it no more."""
    apps.get_model("delivery", "HandOver").objects.filter(done_at=None).update(after=0)


class Migration(migrations.Migration):
    dependencies = [("delivery", "0009_mastodon")]

    operations = [migrations.RunPython(begin_anew, migrations.RunPython.noop)]
