"""The index of words: folded and stemmed in Python, so that both databases hold and find the same."""

from django.db import migrations

MAKE = {
    "sqlite": ["CREATE VIRTUAL TABLE stream_words USING fts5(title, text, tokenize='unicode61 remove_diacritics 0', prefix='2 3')"],
    "postgresql": [
        "CREATE TABLE stream_words (ord bigint PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX stream_words_gin ON stream_words USING gin (words)",
    ],
}


def make(apps, schema_editor):
    for statement in MAKE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def unmake(apps, schema_editor):
    schema_editor.execute("DROP TABLE stream_words")


class Migration(migrations.Migration):
    dependencies = [("stream", "0001_start")]
    operations = [migrations.RunPython(make, unmake)]
