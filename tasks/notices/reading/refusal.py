"""Why a file cannot be read (不能识别)."""


class NotANotice(ValueError):
    """The file cannot be read as a notice; its message is one Chinese sentence that says why and what to do."""


class YearUnknown(NotANotice):
    """The file is a notice, but nothing in it says for which year: whoever imports it is asked (请填写年度)."""
