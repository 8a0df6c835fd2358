from django.db import migrations, models


class Migration(migrations.Migration):
    """The law that counts for an item and for a duty is that of a day; notes to the office leave the public's text."""

    dependencies = [("disclosure", "0009_scans_note_their_attempts")]

    operations = [
        migrations.AddField(
            model_name="item",
            name="determined_on",
            field=models.DateField(
                editable=False,
                help_text="不主动公开的，三项审查意见齐备的那一天；理由按这一天施行的法规。",
                null=True,
                verbose_name="公开属性确定日期",
            ),
        ),
        migrations.AddField(
            model_name="catalogueentry",
            name="limit_law",
            field=models.CharField(
                blank=True,
                choices=[("annual_report", "政府信息公开工作年度报告")],
                db_default="",
                help_text="选择后，每年截止日为3月31日的，各单位的日期按当年施行的条例计算；填了别的日期的，按填写的日期。",
                max_length=20,
                verbose_name="法定日期",
            ),
        ),
        migrations.AddField(
            model_name="basiccatalogue",
            name="office_note",
            field=models.TextField(
                blank=True,
                db_default="",
                help_text="待核实、待填写的事项，只有县政府办公室看到，公众看不到。",
                verbose_name="内部提示",
            ),
        ),
    ]
