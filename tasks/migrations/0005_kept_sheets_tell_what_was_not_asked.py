from django.db import migrations, models

NOT_ASSESSED = ("没有可考核的事项", "没有扣分", "没有加分", "没有单项否决")  # how these lines begin


def mark_not_assessed(apps, schema_editor):
    """Of the sheets that are kept, the lines of rules under which nothing was asked of the unit."""
    begins = models.Q()
    for words in NOT_ASSESSED:
        begins |= models.Q(words__startswith=words)
    apps.get_model("tasks", "ScoreLine").objects.filter(begins).update(is_assessed=False)


class Migration(migrations.Migration):
    """Scores that were computed before say of each rule whether anything was asked of the unit."""

    dependencies = [("tasks", "0004_what_was_not_asked")]

    operations = [migrations.RunPython(mark_not_assessed, migrations.RunPython.noop)]
