"""The files of cases in a copy: beside the copied database, each under the hash of its content."""

import shutil
from pathlib import Path

from shared.services.attachments import digest_of, path_of
from shared.services.whole_files import replacing


def beside(file: Path) -> Path:
    """Name the folder that belongs to a copied database."""
    return file.with_name(f"{file.name}.files")


def copy(source: Path, target: Path) -> int:
    """Copy the files that the target lacks, each whole or not at all; give how many.

    What is there already is not copied again: a file of a hash never changes.
    """
    copied = 0
    for path in sorted(source.glob("[0-9a-f][0-9a-f]/*")):
        if path.name.startswith(".") or not path.is_file():
            continue
        place = path_of(target, path.name)
        if place.exists() or digest_of(path) != path.name:
            continue
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with replacing(place) as draft:
            shutil.copyfile(path, draft)
        copied += 1
    return copied


def lacking(folder: Path, digests: set[str]) -> set[str]:
    """Name the hashes whose content is not in a folder, or is not what its hash says."""
    return {
        digest
        for digest in digests
        if not (path := path_of(folder, digest)).is_file() or digest_of(path) != digest
    }
