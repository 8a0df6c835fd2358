"""A register of before, which is taken over, does not always say who approved an extension."""

from django.db import migrations, models
from django.db.models import Q

OTHERS = ~Q(kind="extend") & Q(amount=None, approved_by=None)
TOLD = Q(kind="extend", amount__isnull=False, amount__gte=1) & ~Q(reason="")


class Migration(migrations.Migration):
    dependencies = [("ninghai", "0026_cases_move_between_units")]

    operations = [
        migrations.RemoveConstraint(model_name="clockevent", name="extension_has_amount_reason_and_approver"),
        migrations.AddConstraint(
            model_name="clockevent",
            constraint=models.CheckConstraint(
                name="extension_has_amount_and_reason",
                condition=TOLD | OTHERS,
                violation_error_message="延长必须写明数量和理由。",
            ),
        ),
    ]
