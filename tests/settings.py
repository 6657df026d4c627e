"""The real settings, with what a test run must have otherwise: nothing outside a folder of its own, fast passwords."""

import atexit
import os
import shutil
import tempfile

_var = tempfile.mkdtemp(prefix="hemtag-test-")
atexit.register(shutil.rmtree, _var, ignore_errors=True)
for _name in [name for name in os.environ if name.startswith(("HEMTAG_S3_", "HEMTAG_CLAMD", "HEMTAG_MEANING"))]:
    del os.environ[_name]  # no test reaches a bucket, a scanner or a model that is not its own
os.environ["HEMTAG_VAR"] = _var
os.environ["HEMTAG_FILES"] = os.path.join(_var, "files")
# On which server the tests make a database of their own (docs/howto/prova-postgresql.md); without it they use a file.
_server = os.environ.get("HEMTAG_TEST_DATABASE", "")
os.environ["HEMTAG_DATABASE"] = _server or os.path.join(_var, "unused.sqlite3")
os.environ["HEMTAG_SECRET_KEY"] = "a key for tests only"
os.environ["HEMTAG_DEMO"] = "1"
os.environ["HEMTAG_DEBUG"] = "0"
os.environ["HEMTAG_HTTPS"] = "0"

from hemtag.config.settings import *  # noqa: E402, F403
from hemtag.config.settings import DATABASES  # noqa: E402

if not _server:
    # A file, not memory: the browser tests' server threads need connections of their own, as in production.
    DATABASES["default"]["TEST"] = {"NAME": os.path.join(_var, "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
