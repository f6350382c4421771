from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stream', '0005_withdrawn_and_audience_at'),
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
