"""The portal's own papers (本平台生成的文件), known again by their bytes."""

from ninghai.models import StoredFile

PDF = "application/pdf"


def is_made_here(sha256: str) -> bool:
    """Whether the portal itself has made this very file; one byte changed, and it is somebody else's.

    It makes PDFs alone: a document that a command has imported is somebody else's, too.
    """
    return StoredFile.objects.filter(sha256=sha256, stored_by=None, media_type=PDF).exists()
