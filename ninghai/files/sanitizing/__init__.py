"""Writing a file anew from what was understood of it (公开副本): what the public gets holds nothing else.

1. `pictures`, `pdf`, `office`, `ofd` and `plain` each rewrite one family of formats; `rewriting` knows which.
2. Of a PDF, `pdf_keys` says what may stand in it, and `pdf` what each stream is: drawings and functions, written there,
   pictures and profiles of colours (`pdf_pictures`), fonts (`pdf_fonts`); what is none of these is emptied.

Nothing here needs Django: all of it runs in the sandbox.
"""

from ninghai.personal_data.reading.content import UnreadableFile

MADE_BY = "rewriting 2"  # rises when what is written changes


class CannotRewrite(UnreadableFile):
    """The file holds what cannot be written anew; the text is fit for the screen and says what to do."""
