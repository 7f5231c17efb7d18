from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cadres", "0003_triggers")]

    operations = [
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(fields=["end"], name="appointment_end"),
        ),
    ]
