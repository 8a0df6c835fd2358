import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

REFUSE = """
CREATE FUNCTION content_stamps_only_grow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the stamps of public content only grow' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER content_stamps_stay BEFORE UPDATE OR DELETE ON disclosure_contentstamp
    FOR EACH ROW EXECUTE FUNCTION content_stamps_only_grow();
CREATE TRIGGER content_stamp_table_stays BEFORE TRUNCATE ON disclosure_contentstamp
    FOR EACH STATEMENT EXECUTE FUNCTION content_stamps_only_grow();
"""
ALLOW = """
DROP TRIGGER content_stamp_table_stays ON disclosure_contentstamp;
DROP TRIGGER content_stamps_stay ON disclosure_contentstamp;
DROP FUNCTION content_stamps_only_grow();
"""


def leave_reading_and_adding(apps, schema_editor):
    role = schema_editor.quote_name(settings.DATABASES["default"]["USER"])
    schema_editor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON disclosure_contentstamp FROM {role}")


class Migration(migrations.Migration):
    """The fingerprint of what the public reads; it only grows. What is public already is stamped by the first nightly look."""

    dependencies = [
        ("disclosure", "0011_what_is_missing"),
    ]

    operations = [
        migrations.CreateModel(
            name="ContentStamp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content_hash", models.CharField(max_length=64, verbose_name="内容散列值")),
                ("stamped_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stamps",
                        to="disclosure.item",
                        verbose_name="公开信息",
                    ),
                ),
            ],
            options={
                "verbose_name": "公开内容指纹",
                "verbose_name_plural": "公开内容指纹",
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["item", "-id"], name="newest_stamp_of_an_item")],
            },
        ),
        migrations.RunSQL(REFUSE, ALLOW),
        migrations.RunPython(leave_reading_and_adding, migrations.RunPython.noop),
    ]
