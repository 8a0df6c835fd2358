"""Why a file cannot be written anew."""

from ninghai.personal_data.reading.content import UnreadableFile


class CannotRewrite(UnreadableFile):
    """The file holds what cannot be written anew; the text is fit for the screen and says what to do."""
