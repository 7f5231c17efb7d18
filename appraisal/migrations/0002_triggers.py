from django.db import migrations


class Migration(migrations.Migration):
    """Installed the triggers of index sets; 0004 installs those of all tables that came since."""

    dependencies = [("appraisal", "0001_initial")]

    operations: list[migrations.RunPython] = []
