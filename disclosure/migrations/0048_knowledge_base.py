import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from ninghai.operations.database.text_lengths import bound, cut

# A draft changes no page of the public's.
OF_ANSWERS = """
CREATE FUNCTION public_answer_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (TG_OP <> 'INSERT' AND OLD.status = 'published') OR (TG_OP <> 'DELETE' AND NEW.status = 'published') THEN
        PERFORM note_public_change();
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER public_pages_changed AFTER INSERT OR DELETE OR UPDATE ON disclosure_knowledge
    FOR EACH ROW EXECUTE FUNCTION public_answer_changed();
"""
NO_MORE = "DROP TRIGGER public_pages_changed ON disclosure_knowledge; DROP FUNCTION public_answer_changed();"


class Migration(migrations.Migration):
    """The knowledge base: answers edition by edition, what is signed for them, whether they help, what was asked in vain."""

    dependencies = [
        ("disclosure", "0047_applicants_are_found_by_contact"),
        ("ninghai", "0028_cases_are_listed_by_day"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Knowledge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                ("number", models.PositiveIntegerField(default=0, editable=False, verbose_name="编号")),
                ("edition", models.PositiveSmallIntegerField(default=1, editable=False, verbose_name="第几版")),
                ("question", models.CharField(max_length=100, verbose_name="问题")),
                ("other_words", models.CharField(blank=True, max_length=200, verbose_name="别的问法")),
                ("answer", models.TextField(blank=True, max_length=3000, verbose_name="解答")),
                ("source_words", models.CharField(blank=True, max_length=200, verbose_name="其他来源")),
                (
                    "source_version",
                    models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="核对时的来源版本"),
                ),
                ("fields", models.JSONField(default=list, verbose_name="引用的栏目")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="有效期至")),
                ("review_by", models.DateField(blank=True, null=True, verbose_name="复核日期")),
                ("doubt", models.CharField(blank=True, editable=False, max_length=500, verbose_name="核对的原因")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "起草"),
                            ("with_head", "待审核"),
                            ("in_review", "审查中"),
                            ("published", "已公布"),
                            ("replaced", "已由新版替代"),
                            ("withdrawn", "已撤下"),
                            ("discarded", "已放弃"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "return_reason",
                    models.TextField(blank=True, editable=False, max_length=1000, verbose_name="退回理由"),
                ),
                ("drafted_at", models.DateTimeField(verbose_name="起草时间")),
                ("published_at", models.DateTimeField(null=True, verbose_name="公布时间")),
                ("checked_at", models.DateTimeField(null=True, verbose_name="核对时间")),
                ("title_vector", django.contrib.postgres.search.SearchVectorField(editable=False, null=True)),
                ("text_vector", django.contrib.postgres.search.SearchVectorField(editable=False, null=True)),
                ("search_text", models.TextField(blank=True, default="", editable=False, max_length=20000)),
                (
                    "drafted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="起草人",
                    ),
                ),
                (
                    "handed_in_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提交人",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="knowledge",
                        to="disclosure.item",
                        verbose_name="来源信息",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="knowledge",
                        to="disclosure.service",
                        verbose_name="来源事项",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="knowledge",
                        to="disclosure.topic",
                        verbose_name="主题分类",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="knowledge",
                        to="ninghai.unit",
                        verbose_name="负责单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "知识库解答",
                "verbose_name_plural": "知识库解答",
                "ordering": ["-number", "-edition"],
            },
        ),
        migrations.CreateModel(
            name="KnowledgeAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("secrecy", "保密审查"),
                            ("personal_data", "个人信息审查"),
                            ("legality", "合法性与文字审查"),
                        ],
                        max_length=20,
                        verbose_name="审查内容",
                    ),
                ),
                (
                    "content_hash",
                    models.CharField(
                        help_text="正文与附件的 SHA-256，内容改动后此意见失效。",
                        max_length=64,
                        verbose_name="内容散列值",
                    ),
                ),
                ("comment", models.TextField(blank=True, max_length=2000, verbose_name="意见")),
                (
                    "checked",
                    models.JSONField(
                        db_default=models.Value([], models.JSONField()),
                        default=list,
                        help_text="签署时逐项勾选的内容。",
                        verbose_name="核对清单",
                    ),
                ),
                ("signed_at", models.DateTimeField(verbose_name="审查时间")),
                (
                    "dropped_at",
                    models.DateTimeField(
                        editable=False, help_text="退回修改后，此前的意见失效。", null=True, verbose_name="失效时间"
                    ),
                ),
                (
                    "knowledge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="disclosure.knowledge",
                        verbose_name="知识库解答",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审查人",
                    ),
                ),
            ],
            options={
                "verbose_name": "知识库审查意见",
                "verbose_name_plural": "知识库审查意见",
                "ordering": ["knowledge", "kind", "-signed_at"],
            },
        ),
        migrations.CreateModel(
            name="KnowledgeVotes",
            fields=[
                (
                    "knowledge",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="votes",
                        serialize=False,
                        to="disclosure.knowledge",
                        verbose_name="知识库解答",
                    ),
                ),
                ("helped", models.PositiveIntegerField(default=0, verbose_name="有帮助")),
                ("not_helped", models.PositiveIntegerField(default=0, verbose_name="没有帮助")),
            ],
            options={"verbose_name": "公众评价", "verbose_name_plural": "公众评价"},
        ),
        migrations.CreateModel(
            name="MissedQuestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.CharField(max_length=60, unique=True, verbose_name="问的词")),
                ("count", models.PositiveIntegerField(default=1, verbose_name="次数")),
                ("first_on", models.DateField(verbose_name="最早")),
                ("last_on", models.DateField(verbose_name="最近")),
            ],
            options={
                "verbose_name": "没有找到的问题",
                "verbose_name_plural": "没有找到的问题",
                "ordering": ["-count", "-last_on", "pk"],
                "indexes": [models.Index(fields=["last_on"], name="questions_to_forget")],
            },
        ),
        migrations.AddIndex(
            model_name="knowledge",
            index=models.Index(
                condition=models.Q(("status", "published")), fields=["review_by"], name="answers_to_check_again"
            ),
        ),
        migrations.AddIndex(
            model_name="knowledge",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False, fields=["title_vector"], name="knowledge_title_search"
            ),
        ),
        migrations.AddIndex(
            model_name="knowledge",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False, fields=["text_vector"], name="knowledge_text_search"
            ),
        ),
        migrations.AddConstraint(
            model_name="knowledge",
            constraint=models.UniqueConstraint(fields=("number", "edition"), name="one_answer_per_edition"),
        ),
        migrations.AddConstraint(
            model_name="knowledge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["draft", "with_head", "in_review"])),
                fields=("number",),
                name="one_unfinished_edition_of_an_answer",
                violation_error_message="这条解答已经有一版在起草，请打开原来的。",
            ),
        ),
        migrations.AddConstraint(
            model_name="knowledge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "published")), fields=("number",), name="one_public_edition_of_an_answer"
            ),
        ),
        migrations.AddConstraint(
            model_name="knowledge",
            constraint=models.CheckConstraint(
                condition=models.Q(("service", None), ("item", None), _connector="OR"),
                name="an_answer_has_one_source_at_most",
                violation_error_message="来源只填一个：服务事项，或者公开信息。",
            ),
        ),
        migrations.AddConstraint(
            model_name="knowledge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "published"), _negated=True),
                    models.Q(
                        ("published_at__isnull", False), ("review_by__isnull", False), ("source_version__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="a_public_answer_is_reviewed_by_a_day",
                violation_error_message="公布的解答要有复核日期和来源。",
            ),
        ),
        migrations.AddConstraint(
            model_name="knowledgeanswer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("dropped_at", None)),
                fields=("knowledge", "kind", "content_hash"),
                name="one_answer_per_kind_and_knowledge",
                violation_error_message="这项审查已经有人签署。",
            ),
        ),
        migrations.RunSQL(OF_ANSWERS, NO_MORE),
        migrations.RunSQL(*bound("disclosure_knowledge", "answer", 3000, "解答")),
        migrations.RunSQL(*bound("disclosure_knowledge", "return_reason", 1000, "退回理由")),
        migrations.RunSQL(*bound("disclosure_knowledgeanswer", "comment", 2000, "意见")),
        migrations.RunSQL(*cut("disclosure_knowledge", "search_text", 20_000)),
    ]
