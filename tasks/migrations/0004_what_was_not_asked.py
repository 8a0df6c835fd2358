from django.db import migrations, models


class Migration(migrations.Migration):
    """Days before a role was changed or a carried-over duty came back stay as told; what was not assessed is no nought."""

    dependencies = [("tasks", "0003_what_was_raised_was_passed")]

    operations = [
        migrations.AddField(
            model_name="assignment",
            name="set_aside_on",
            field=models.DateField(
                editable=False,
                help_text="结转的通知撤销下达、恢复办理的，上次结转的日期。",
                null=True,
                verbose_name="曾结转日期",
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="taken_up_on",
            field=models.DateField(editable=False, null=True, verbose_name="恢复办理日期"),
        ),
        migrations.AddField(
            model_name="assignment",
            name="earlier_roles",
            field=models.JSONField(
                default=list,
                editable=False,
                help_text="每次变更的日期和变更前的角色，先后为序。",
                verbose_name="原角色",
            ),
        ),
        migrations.AddField(
            model_name="scoreline",
            name="is_assessed",
            field=models.BooleanField(
                default=True, help_text="这一项对该单位没有可考核的事项时为否。", verbose_name="有考核事项"
            ),
        ),
    ]
