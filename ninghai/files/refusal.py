"""How a file is refused."""

from django.core.exceptions import ValidationError


class UnacceptableFile(ValidationError):
    """The file cannot be taken; one sentence for the screen says what is wrong and what to do."""
