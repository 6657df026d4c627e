"""`manage.py check`, and every command that starts: can files be stored and scanned as the settings say?"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from .scanning import place


@register()
def storage_settings_are_whole(**_kwargs: Any) -> list[CheckMessage]:
    hint = "See docs/howto/filer.md."
    return [Error(fault, hint=hint, id="hemtag.E001") for fault in settings.FILE_SETTINGS_AT_FAULT]


@register()
def storage_is_installed(**_kwargs: Any) -> list[CheckMessage]:
    if not settings.STORAGES["default"]["BACKEND"].startswith("storages."):
        return []
    missing = [name for name in ("storages", "boto3") if find_spec(name) is None]
    if not missing:
        return []
    message = f"HEMTAG_S3_BUCKET is set, but the extra s3 is not installed ({', '.join(missing)} is missing)."
    hint = "Install it: .verktyg/uv/bin/uv sync --locked --no-dev --inexact --extra s3"
    return [Error(message, hint=hint, id="hemtag.E002")]


@register()
def scanner_is_an_address(**_kwargs: Any) -> list[CheckMessage]:
    if not settings.CLAMD:
        if settings.DEBUG or settings.DEMO:
            return []
        message = "HEMTAG_CLAMD is not set: uploaded files are not scanned for viruses, and their pages say so."
        return [Warning(message, hint="See docs/howto/filer.md.", id="hemtag.W001")]
    try:
        place(settings.CLAMD)
    except ValueError as fault:
        hint = "Write the path of clamd's socket, as /run/clamav/clamd.ctl, or host:port."
        return [Error(f"HEMTAG_CLAMD: {fault}.", hint=hint, id="hemtag.E003")]
    return []
