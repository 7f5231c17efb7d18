from django.db import migrations

from appraisal import triggers


def install(apps, schema_editor):
    triggers.install(schema_editor.connection)


def remove(apps, schema_editor):
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("appraisal", "0003_index_system")]

    operations = [migrations.RunPython(install, remove)]
