from django.db import migrations, models


class Migration(migrations.Migration):
    """Yearly reports that are reported from now on have a code by which their paper is known (核验码)."""

    dependencies = [("disclosure", "0027_annual_reports_have_bounds")]

    operations = [
        migrations.AddField(
            model_name="annualreport",
            name="verify_code",
            field=models.CharField(blank=True, default="", editable=False, max_length=9, verbose_name="核验码"),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="annualreport",
            constraint=models.UniqueConstraint(
                condition=models.Q(("verify_code", ""), _negated=True),
                fields=("verify_code",),
                name="annual_report_codes_once",
            ),
        ),
    ]
