"""Fetch FandolFang, the 仿宋 of official documents, into `var/fonts/`: `python3 -m ninghai.operations.devservices.fonts`.

Debian ships it inside texlive-lang-chinese, which would bring 22 packages; only its fonts are taken out of the package.
"""

import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from ninghai.operations.private_addresses import var_folder

PACKAGE = "texlive-lang-chinese"
FONTS = var_folder() / "fonts"
WANTED = "FandolFang-Regular.otf"


def main() -> None:
    if (FONTS / WANTED).exists():
        return
    print(f"正在取得仿宋字体（软件包 {PACKAGE}，约 54 MB）……", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        if not (package := download(Path(folder))):
            print(
                "没有取得仿宋字体，公文将以其他字体排印；请执行 apt-get update 并检查网络，下次启动会再试。",
                file=sys.stderr,
            )
            return
        unpack(package)


def download(folder: Path) -> Path | None:
    """The package file; installing it is not needed, so an ordinary user may do this. As root apt would complain that its
    own user cannot write into our folder."""
    subprocess.run(["apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", PACKAGE], check=False, cwd=folder)
    return next(folder.glob("*.deb"), None)


def unpack(package: Path) -> None:
    """Keep the package's Fandol fonts; a file counts once it is whole."""
    FONTS.mkdir(parents=True, exist_ok=True)
    with (
        subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE) as reader,
        tarfile.open(fileobj=reader.stdout, mode="r|") as content,
    ):
        for entry in content:
            name = Path(entry.name).name
            if name.startswith("Fandol") and name.endswith(".otf") and (font := content.extractfile(entry)):
                unfinished = FONTS / f"{name}.unfinished"
                unfinished.write_bytes(font.read())
                unfinished.rename(FONTS / name)


if __name__ == "__main__":
    main()
