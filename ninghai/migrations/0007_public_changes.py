import django.db.models.functions.datetime
from django.db import migrations, models

from ninghai.public_pages.triggers import DROP_FUNCTION, FUNCTION, watch


class Migration(migrations.Migration):
    """What public pages show is watched from now on."""

    dependencies = [("ninghai", "0006_a_year_of_work")]

    operations = [
        migrations.CreateModel(
            name="PublicChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="时间")),
            ],
            options={"verbose_name": "公开内容变动", "verbose_name_plural": "公开内容变动"},
        ),
        migrations.RunSQL(FUNCTION, DROP_FUNCTION),
        migrations.RunSQL(*watch("ninghai_unit")),
    ]
