"""Where the bytes of files lie: in a folder, or in a bucket that speaks S3. A name is the hash of what is in it."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, default_storage

PART = ".part"


class Folder(FileSystemStorage):
    """A folder where a name either holds a whole file or nothing: written beside, flushed to disk, then renamed."""

    def __init__(self) -> None:
        super().__init__(file_permissions_mode=0o600, directory_permissions_mode=0o700, allow_overwrite=True)

    def _save(self, name: str, content: File) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{uuid.uuid4().hex}{PART}")
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # the new name too, so that a power cut cannot lose it once the row is written
        finally:
            os.close(folder)
        return name


def key_of(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"


def keep(content: bytes) -> str:
    """Store the bytes under their hash, which is returned.

    What is there already is written over by the same bytes: a damaged copy is mended by sending the file again.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    default_storage.save(key_of(sha256), ContentFile(content))
    return sha256


def kept(sha256: str) -> bytes | None:
    """The bytes as they were stored; None when they are missing or are not what was stored."""
    try:
        with default_storage.open(key_of(sha256)) as file:
            content = bytes(file.read())
    except FileNotFoundError:
        return None
    return content if hashlib.sha256(content).hexdigest() == sha256 else None


def everything() -> Iterator[str]:
    """The key of every file in the storage, unfinished ones included."""
    try:
        folders, _files = default_storage.listdir("")
    except FileNotFoundError:
        return  # nothing has been stored yet
    for folder in sorted(folders):
        for name in sorted(default_storage.listdir(folder)[1]):
            yield f"{folder}/{name}"
