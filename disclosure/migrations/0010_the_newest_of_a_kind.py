from django.db import migrations, models

from ninghai.public_pages.triggers import watch


class Migration(migrations.Migration):
    """For the front page: the newest of a kind are found at once; a notice that is issued or revoked changes the page."""

    dependencies = [
        ("disclosure", "0009_older_rows_wait_for_their_check"),
        ("tasks", "0013_amendments"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("status", "published")),
                fields=["kind", "-published_at", "-id"],
                name="newest_of_a_kind",
            ),
        ),
        migrations.RunSQL(*watch("tasks_workpointnotice", columns=("status",))),
    ]
