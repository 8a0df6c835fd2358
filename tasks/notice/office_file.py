"""What .docx and .xlsx share (Office 文档): a zip of XML parts, looked at before anything in it is read."""

import io

from ninghai.files.archive import open_zip, refuse_long_text
from ninghai.files.office_document import check_document
from ninghai.files.refusal import UnacceptableFile
from tasks.notice.refusal import NotANotice


def checked(data: bytes) -> io.BytesIO:
    """The file, once it was found sound and harmless; raises NotANotice with a sentence."""
    stream = io.BytesIO(data)
    try:
        container = open_zip(stream, size=len(data))
        check_document(container)
        refuse_long_text(container)
    except UnacceptableFile as refused:
        raise NotANotice(" ".join(refused.messages)) from refused
    stream.seek(0)
    return stream
