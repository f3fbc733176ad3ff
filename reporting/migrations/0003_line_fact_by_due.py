from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reporting", "0002_substitutions")]
    operations = [
        migrations.AddIndex("linefact", models.Index(fields=["due_on", "line"], name="line_fact_by_due")),
    ]
