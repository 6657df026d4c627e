"""Writes docs/reference/atkomst.md: every address of the site with who may reach it, as the code says."""

import os
import sys
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from tests.house.test_access import LIST, written  # noqa: E402

LIST.parent.mkdir(parents=True, exist_ok=True)
LIST.write_text(written(), encoding="utf-8")
