from django.conf import settings
from django.db import migrations

DETERMINED = """
UPDATE disclosure_item
SET determined_on = (
    COALESCE(
        (SELECT max(entry.at) FROM ninghai_auditentry AS entry
         JOIN disclosure_item AS said ON entry.target_id = said.id::text
         WHERE entry.target_type = 'disclosure.item' AND entry.to_status = 'approved'
           AND (said.id = disclosure_item.id OR said.revises_id = disclosure_item.id AND said.status = 'merged')),
        published_at
    ) AT TIME ZONE %(zone)s
)::date
WHERE method <> 'proactive' AND status IN ('approved', 'published', 'withdrawn', 'merged') AND determined_on IS NULL
"""
MARK = "\n【内部提示】\n"
NOTES = {  # the sentences of the explanations that the portal brought along, as the office may have left them
    "county": [
        "；财政预决算的20日期限、年度报告的3月31日期限未逐条核对法律原文，使用前请县政府办公室核实",
        "\n公开渠道和载体、公开层级为初步填写，待各单位核对。",
    ],
    "pilot": [
        "\n26个领域中，24个领域的名称见彰武县2020年公布的通知；“公共资源交易”和“生态环境”两个领域的名称未经核实。",
        "，尚未录入，相应栏目留空。县政府办公室可以用 Excel 导入",
    ],
}


def keep_the_day(apps, schema_editor):
    """Of what is not disclosed: the day of its approval, or of its publication. Its ground stays what it was."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(DETERMINED, {"zone": settings.TIME_ZONE})


def name_the_law(apps, schema_editor):
    """The annual report as the portal brought it along; a day that the office has changed stays the office's."""
    shipped = {"code": "0502", "catalogue__code": "county", "limit_month": 3, "limit_day": 31}
    apps.get_model("disclosure", "CatalogueEntry").objects.filter(**shipped).update(limit_law="annual_report")


def move_notes(apps, schema_editor):
    """What only the office must check leaves the public's explanation, sentence by sentence, where it stands unchanged."""
    for catalogue in apps.get_model("disclosure", "BasicCatalogue").objects.all():
        explanation, _, note = catalogue.explanation.partition(MARK)
        moved = [words for words in NOTES.get(catalogue.code, ()) if words in explanation]
        for words in moved:
            explanation = explanation.replace(words, "")
        notes = [f"{words.strip('；，').strip().rstrip('。')}。" for words in moved]
        catalogue.explanation = explanation
        catalogue.office_note = "\n".join(filter(None, [catalogue.office_note, note, *notes]))
        catalogue.save(update_fields=["explanation", "office_note"])


def put_notes_back(apps, schema_editor):
    """They stand behind a mark, by which the way forth finds them."""
    for catalogue in apps.get_model("disclosure", "BasicCatalogue").objects.exclude(office_note=""):
        catalogue.explanation = f"{catalogue.explanation}{MARK}{catalogue.office_note}"
        catalogue.office_note = ""
        catalogue.save(update_fields=["explanation", "office_note"])


class Migration(migrations.Migration):
    """What was determined, and what is owed, keeps its meaning under the law of its day."""

    dependencies = [("disclosure", "0010_law_by_date")]

    operations = [
        migrations.RunPython(keep_the_day, migrations.RunPython.noop),
        migrations.RunPython(name_the_law, migrations.RunPython.noop),
        migrations.RunPython(move_notes, put_notes_back),
    ]
