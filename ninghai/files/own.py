"""The portal's own papers (本平台生成的文件), known again by their bytes."""

from ninghai.models import StoredFile


def is_made_here(sha256: str) -> bool:
    """Whether the portal itself has made this very file; one byte changed, and it is somebody else's."""
    return StoredFile.objects.filter(sha256=sha256, stored_by=None).exists()
