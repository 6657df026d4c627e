"""The four states of the first catalogue become the same places in the longer life."""

from django.db import migrations

NOW = {"proposed": "identified", "published": "screened", "withdrawn": "retired"}


def rename(apps, names):
    solutions = apps.get_model("solutions", "Solution")
    for before, after in names.items():
        solutions.objects.filter(state=before).update(state=after)


def forwards(apps, schema_editor):
    rename(apps, NOW)
    solutions = apps.get_model("solutions", "Solution")
    for row in solutions.objects.all():
        row.state_since = row.proposed_at
        row.save(update_fields=["state_since"])


def backwards(apps, schema_editor):
    rename(apps, {after: before for before, after in NOW.items()})


class Migration(migrations.Migration):
    dependencies = [("solutions", "0003_lifecycle")]
    operations = [migrations.RunPython(forwards, backwards)]
