import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="digest",
            field=models.CharField(
                choices=[
                    ("none", "Aldrig"),
                    ("daily", "Varje dag när något är nytt"),
                    ("weekly", "En gång i veckan när något är nytt"),
                ],
                default="daily",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="language",
            field=models.CharField(blank=True, max_length=2),
        ),
        migrations.CreateModel(
            name="Digest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField()),
                ("counts", models.JSONField(default=dict)),
                ("claimed_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="digests",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-on", "pk"],
                "constraints": [models.UniqueConstraint(fields=("person", "on"), name="digest_once_a_day")],
            },
        ),
    ]
