from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stream', '0006_follows_end_at_shut_doors'),
    ]

    operations = [
        migrations.CreateModel(
            name='WordIndex',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('reached', models.BigIntegerField(blank=True, null=True)),
            ],
        ),
    ]
