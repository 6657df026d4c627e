"""Where files lie and who scans them, from HEMTAG_* in the environment. Faults are told by `manage.py check`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

BUCKET = {
    "bucket_name": "HEMTAG_S3_BUCKET",
    "endpoint_url": "HEMTAG_S3_ENDPOINT",
    "region_name": "HEMTAG_S3_REGION",
    "access_key": "HEMTAG_S3_KEY",
    "secret_key": "HEMTAG_S3_SECRET",
    "location": "HEMTAG_S3_PREFIX",
}


def file_storage(environment: Mapping[str, str]) -> dict[str, Any]:
    """Django's description of the storage: a folder, or the bucket when one is named."""
    given = {option: environment[name] for option, name in BUCKET.items() if environment.get(name)}
    if "bucket_name" not in given:
        return {"BACKEND": "hemtag.knowledge.storing.Folder"}
    options: dict[str, Any] = {**given, "file_overwrite": True, "default_acl": None, "signature_version": "s3v4"}
    if "endpoint_url" in given:
        # A bucket of one's own seldom has a host name for each bucket, as Amazon's have.
        options["addressing_style"] = "path"
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


def half_given(environment: Mapping[str, str]) -> list[str]:
    """What is wrong with the settings of the bucket, one sentence each; none when there is no bucket, or a whole one."""
    given = {name for name in environment if name.startswith("HEMTAG_S3_") and environment[name]}
    known = set(BUCKET.values())
    faults = [f"{name} is no setting; those are {', '.join(sorted(known))}." for name in sorted(given - known)]
    if given & known and "HEMTAG_S3_BUCKET" not in given:
        faults.append("HEMTAG_S3_BUCKET is missing: files would go to the local folder in spite of the other settings.")
    for one, other in (("HEMTAG_S3_KEY", "HEMTAG_S3_SECRET"), ("HEMTAG_S3_SECRET", "HEMTAG_S3_KEY")):
        if one in given and other not in given:
            faults.append(f"{other} is missing: {one} means nothing without it.")
    return faults
