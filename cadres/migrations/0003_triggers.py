from django.db import migrations

from cadres import triggers


def install(apps, schema_editor):
    triggers.install(schema_editor.connection)


def remove(apps, schema_editor):
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("cadres", "0002_posts")]

    operations = [migrations.RunPython(install, remove)]
