"""Units (单位) and the named groups in which notices address them."""

from datetime import date

from django.db import models
from django.db.models import F, Q


class UnitQuerySet(models.QuerySet["Unit"]):
    def valid(self, *, on: date) -> "UnitQuerySet":
        """The units that exist on that day; `valid_until` is a unit's last day."""
        begun = Q(valid_from=None) | Q(valid_from__lte=on)
        return self.filter(begun, Q(valid_until=None) | Q(valid_until__gte=on))

    def inherited_by(self, unit: "Unit") -> "UnitQuerySet":
        """The unit itself, and the ended ones whose duties it has taken over (职责承接), for three generations back."""
        ended = Q(valid_until__isnull=False)
        took_over = [Q(**{"__".join(["successor"] * generations): unit}) for generations in (1, 2, 3)]
        return self.filter(Q(pk=unit.pk) | ended & (took_over[0] | took_over[1] | took_over[2]))


class Unit(models.Model):
    """A body of the county: a department, a town, a street office. It comes and goes; its history stays."""

    class Kind(models.TextChoices):
        OFFICE = "office", "县政府办公室"
        DEPARTMENT = "department", "县级部门"
        STREET = "street", "街道"
        TOWN = "town", "镇"
        TOWNSHIP = "township", "乡"

    code = models.CharField(
        "单位编码", max_length=18, unique=True, help_text="平台内部编码，全县唯一，启用后不再更改。"
    )
    name = models.CharField("单位全称", max_length=100)
    short_name = models.CharField("单位简称", max_length=30, help_text="通知中使用的名称，如“县财政局”。")
    aliases = models.JSONField("其他叫法", default=list, blank=True, help_text="通知中可能出现的其他写法。")
    kind = models.CharField("单位类型", max_length=20, choices=Kind)
    credit_code = models.CharField(
        "统一社会信用代码", max_length=18, blank=True, help_text="用于索引号，未填写时使用地区代码加单位编码。"
    )
    valid_from = models.DateField("设立日期", null=True, blank=True, help_text="不清楚的留空。")
    valid_until = models.DateField("撤销日期", null=True, blank=True, help_text="最后存续的一天，现存单位留空。")
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name="职责承接单位"
    )
    is_verified = models.BooleanField("已核实", default=True, help_text="演示补充的单位未经核实。")
    position = models.PositiveIntegerField("排序", default=0)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                name="unit_ends_after_it_begins",
                condition=Q(valid_until=None) | Q(valid_from=None) | Q(valid_until__gte=F("valid_from")),
                violation_error_message="撤销日期不能早于设立日期。",
            ),
            models.UniqueConstraint(
                name="unit_short_name_once",
                fields=["short_name"],
                condition=Q(valid_until=None),
                violation_error_message="已有同名的现存单位。",
            ),
        ]

    def __str__(self) -> str:
        return self.short_name

    def standing_in(self, *, on: date) -> "Unit":
        """Itself while it exists, later the unit that has taken over its duties (机构改革); a query for each step."""
        unit, passed = self, set[int]()
        while unit.successor and unit.valid_until and unit.valid_until < on and unit.pk not in passed:
            passed.add(unit.pk)  # who made a circle of units waits for no endless page
            unit = unit.successor
        return unit

    @property
    def names(self) -> set[str]:
        """Every way in which a notice may write this unit."""
        return {self.name, self.short_name, *self.aliases}


class UnitGroup(models.Model):
    """A set of units that notices address by one name (各乡镇(街道), 有关部门): closed if its members are known, else open.

    An open group means other units at every point; the office resolves it there, `members` is then only its proposal.
    """

    name = models.CharField("名称", max_length=50, unique=True)
    aliases = models.JSONField("其他叫法", default=list, blank=True)
    is_open = models.BooleanField(
        "需逐条确定", default=True, help_text="“有关部门”一类，每条要点由县政府办公室确定具体单位。"
    )
    members = models.ManyToManyField(Unit, verbose_name="包含单位", blank=True, related_name="groups")

    class Meta:
        verbose_name = verbose_name_plural = "单位组"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def names(self) -> set[str]:
        return {self.name, *self.aliases}
