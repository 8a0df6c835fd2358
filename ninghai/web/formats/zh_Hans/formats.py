"""How Django writes a day where no template says how: in lists and facts, figures alone. Prose says 年 and 月 itself."""

DATE_FORMAT = SHORT_DATE_FORMAT = "Y-m-d"
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = "Y-m-d H:i"
