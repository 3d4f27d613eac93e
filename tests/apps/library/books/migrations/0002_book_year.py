"""With BREAK_MIGRATION in the environment it fails, for those who want to see that."""

import os

from django.db import migrations, models


def break_if_asked(apps, schema_editor):
    if os.environ.get("BREAK_MIGRATION"):
        raise RuntimeError("this migration was asked to fail")


class Migration(migrations.Migration):
    dependencies = [("books", "0001_initial")]
    operations = [
        migrations.RunPython(break_if_asked, migrations.RunPython.noop),
        migrations.AddField("Book", "year", models.IntegerField(null=True)),
    ]
