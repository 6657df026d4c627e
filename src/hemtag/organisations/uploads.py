"""A file that is too large is refused by the size the browser declares: nothing of it is kept, on disk or in memory."""

from __future__ import annotations

import io
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers

# Room for the other fields of the form and the multipart borders around the file.
AROUND_THE_FILE = 1024 * 1024


class RefuseTooLarge(FileUploadHandler):
    """First among FILE_UPLOAD_HANDLERS: hands the form an empty file with the declared size, which its field refuses.

    The rest of the form is read as usual, so that nothing typed is lost.
    """

    declared = 0

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *args: Any, **kwargs: Any) -> None:
        self.declared = content_length

    @property
    def is_too_large(self) -> bool:
        return self.declared > settings.MAX_FILE_BYTES + AROUND_THE_FILE

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.is_too_large:
            raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return None if self.is_too_large else raw_data

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if not self.is_too_large:
            return None
        # Several files that are too large only together are each answered with the size of them all.
        size = file_size if file_size > settings.MAX_FILE_BYTES else self.declared
        return UploadedFile(io.BytesIO(), self.file_name, self.content_type, size, self.charset)
