"""Masked copies made in the sandbox (受限进程中制作), while somebody waits."""

from pathlib import Path

from ninghai.files.sandbox.limits import COPY, ParsingRefused
from ninghai.files.sandbox.running import read_for_import
from ninghai.files.sanitizing.rewriting import rewritten
from ninghai.personal_data.reading.content import UnreadableFile
from ninghai.personal_data.rewriting.rewriter import masked_copy


def masked_in_sandbox(*, name: str, source: bytes | Path) -> bytes:
    """The file with everything personal masked; raises UnreadableFile with a sentence where that cannot be done."""
    try:
        return read_for_import(f"{__name__}:masked", source, limits=COPY, name=name).data
    except ParsingRefused as refused:
        raise UnreadableFile(str(refused)) from refused


def masked(data: bytes, *, name: str) -> bytes:
    """For the sandbox. A masked copy is a public one: written anew, or refused, as any other."""
    return rewritten(masked_copy(name=name, data=data), name=name)
