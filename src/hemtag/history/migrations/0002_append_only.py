from django.db import migrations

from hemtag.history.triggers import install, remove


class Migration(migrations.Migration):
    dependencies = [("history", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
