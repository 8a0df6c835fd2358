from django.db import migrations


class Migration(migrations.Migration):
    """The office's list of units with the counts of their applications; no table of its own."""

    dependencies = [
        ("disclosure", "0028_annual_reports_have_codes"),
        ("ninghai", "0024_files_of_papers_are_kept_sealed"),
    ]

    operations = [
        migrations.CreateModel(
            name="RequestUnit",
            fields=[],
            options={
                "verbose_name": "单位",
                "verbose_name_plural": "各单位依申请公开",
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("ninghai.unit",),
        ),
    ]
