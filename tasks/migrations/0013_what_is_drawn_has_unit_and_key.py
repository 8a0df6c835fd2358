import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """No row without unit and key; within a spot check the key is drawn once."""

    dependencies = [("tasks", "0012_assignments_that_were_drawn")]

    operations = [
        migrations.AlterField(
            model_name="drawn",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="drawn",
                to="ninghai.unit",
                verbose_name="单位",
            ),
        ),
        migrations.RemoveConstraint(model_name="drawn", name="drawn_once_in_a_spot_check"),
        migrations.AddConstraint(
            model_name="drawn",
            constraint=models.UniqueConstraint(fields=("spot_check", "key"), name="drawn_once_in_a_spot_check"),
        ),
        migrations.AddConstraint(
            model_name="drawn",
            constraint=models.CheckConstraint(
                condition=Q(assignment__isnull=False) | ~Q(name=""),
                name="what_is_drawn_has_its_name",
                violation_error_message="抽中的不是任务分工的，要有名称。",
            ),
        ),
    ]
