from django.db import migrations

from hemtag.solutions.guarding import install, remove


class Migration(migrations.Migration):
    dependencies = [("solutions", "0006_facts_of_a_review")]
    operations = [migrations.RunPython(install, remove)]
