"""The typesetting room (排版): a frozen snapshot becomes an official document (公文) as PDF bytes.

    snapshot ─► wording.printed (clean, full-width text) ─► kinds.compose (numbers → sentences, tables)
             ─► templates/reports/pdf (HTML) ─► WeasyPrint with official.css ─► imprint (版记 on the last even page)

No database and no clock: the same snapshot gives the same bytes. Layout after GB/T 9704-2012.
"""

from reports.typesetting.letter import TypesettingError
from reports.typesetting.pdf import letter_html, render_pdf, warm_up

__all__ = ["TypesettingError", "letter_html", "render_pdf", "warm_up"]
