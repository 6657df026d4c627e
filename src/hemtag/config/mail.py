"""Where mail goes, read from the environment. Knows no Django: the settings are made of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

BACKENDS = "django.core.mail.backends"


def mail_settings(environment: Mapping[str, str], *, demo: bool, var: Path) -> dict[str, Any]:
    """The EMAIL_… settings. HEMTAG_EMAIL_URL is "smtp://user:password@host:587", "smtps://…", "file:///a/folder",
    "console:" or "none:"; without it HEMTAG_EMAIL_HOST and its companions are read. Without either the demo writes
    mails to files under `var`, and everything else prints them.

    Raises ValueError for an address of another kind: mail that silently goes nowhere is worse than no start.
    """
    if url := environment.get("HEMTAG_EMAIL_URL", ""):
        return _of_url(url)
    if host := environment.get("HEMTAG_EMAIL_HOST", ""):
        tls = environment.get("HEMTAG_EMAIL_TLS", "starttls").lower()
        if tls not in {"starttls", "tls", "none"}:
            raise ValueError("HEMTAG_EMAIL_TLS is starttls, tls or none")
        return _smtp(
            host,
            int(environment.get("HEMTAG_EMAIL_PORT") or {"starttls": 587, "tls": 465, "none": 25}[tls]),
            environment.get("HEMTAG_EMAIL_USER", ""),
            environment.get("HEMTAG_EMAIL_PASSWORD", ""),
            tls,
        )
    if demo:
        return {"EMAIL_BACKEND": f"{BACKENDS}.filebased.EmailBackend", "EMAIL_FILE_PATH": str(var / "mail")}
    return {"EMAIL_BACKEND": environment.get("HEMTAG_EMAIL_BACKEND") or f"{BACKENDS}.console.EmailBackend"}


def _of_url(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme in {"smtp", "smtps"}:
        if not parts.hostname:
            raise ValueError("HEMTAG_EMAIL_URL names no host")
        plain = parse_qs(parts.query).get("tls", ["starttls"])[0]
        tls = "tls" if parts.scheme == "smtps" else plain
        if tls not in {"starttls", "tls", "none"}:
            raise ValueError("HEMTAG_EMAIL_URL: tls is starttls, tls or none")
        port = parts.port or {"starttls": 587, "tls": 465, "none": 25}[tls]
        return _smtp(parts.hostname, port, unquote(parts.username or ""), unquote(parts.password or ""), tls)
    if parts.scheme == "file":
        return {"EMAIL_BACKEND": f"{BACKENDS}.filebased.EmailBackend", "EMAIL_FILE_PATH": unquote(parts.path)}
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": f"{BACKENDS}.console.EmailBackend"}
    if parts.scheme == "none":
        return {"EMAIL_BACKEND": f"{BACKENDS}.dummy.EmailBackend"}
    raise ValueError("HEMTAG_EMAIL_URL begins with smtp:, smtps:, file:, console: or none:")


def _smtp(host: str, port: int, user: str, password: str, tls: str) -> dict[str, Any]:
    return {
        "EMAIL_BACKEND": f"{BACKENDS}.smtp.EmailBackend",
        "EMAIL_HOST": host,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": user,
        "EMAIL_HOST_PASSWORD": password,
        "EMAIL_USE_TLS": tls == "starttls",
        "EMAIL_USE_SSL": tls == "tls",
    }
