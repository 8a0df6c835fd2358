"""The typesetting room (排版): a frozen snapshot becomes an official document (公文) as PDF bytes.

    snapshot ─► printable (clean, full-width text) ─► the kind's letter from reports.letters
             ─► templates/reports/pdf (HTML) ─► WeasyPrint with official.css ─► imprint (版记 on the last even page)

No database and no clock: the same snapshot gives the same bytes. Layout after GB/T 9704-2012.
"""

from reports.letters.letter import TypesettingError
from reports.pdf.page import screen_context
from reports.pdf.rendering import letter_html, render_pdf, warm_up

__all__ = ["TypesettingError", "letter_html", "render_pdf", "screen_context", "warm_up"]
