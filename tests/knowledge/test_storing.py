"""Where the bytes lie: a folder or a bucket, whole or not at all; and what is left when a server dies."""

import contextlib
import datetime as dt
import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import boto3
import pytest
from django.core.files.storage import default_storage, storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from moto.server import ThreadedMotoServer

from hemtag.config.files import BUCKET, file_storage, half_given
from hemtag.knowledge import documents, system_checks, tidying
from hemtag.knowledge.documents import read_upload, served, store
from hemtag.knowledge.storing import Folder, everything, keep, kept, key_of
from hemtag.organisations.models import Role
from hemtag.refusals import WrongState
from tests.knowledge.making import PDF, PNG

ROOT = Path(__file__).resolve().parents[2]
TOMORROW = dt.timedelta(days=1, minutes=5)


@pytest.fixture(scope="module")
def bucket():
    """A bucket on this machine that speaks S3, and the settings that lead to it."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    environment = {
        "HEMTAG_S3_BUCKET": "hemtag-files",
        "HEMTAG_S3_ENDPOINT": f"http://{host}:{port}",
        "HEMTAG_S3_REGION": "eu-north-1",
        "HEMTAG_S3_KEY": "testing",
        "HEMTAG_S3_SECRET": "testing",
        "HEMTAG_S3_PREFIX": "filer",
    }
    client = boto3.client(
        "s3",
        endpoint_url=environment["HEMTAG_S3_ENDPOINT"],
        region_name="eu-north-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    with contextlib.suppress(client.exceptions.BucketAlreadyOwnedByYou):  # a slow answer is asked for again
        client.create_bucket(Bucket="hemtag-files", CreateBucketConfiguration={"LocationConstraint": "eu-north-1"})
    yield environment, client
    client.close()
    server.stop()


@pytest.fixture(params=["folder", "bucket"])
def storage(request, settings, tmp_path):
    """The same tests for both; each test starts with nothing stored."""
    if request.param == "folder":
        settings.MEDIA_ROOT = tmp_path
        return
    environment, client = request.getfixturevalue("bucket")
    for found in client.list_objects_v2(Bucket="hemtag-files").get("Contents", []):
        client.delete_object(Bucket="hemtag-files", Key=found["Key"])
    settings.STORAGES = {**settings.STORAGES, "default": file_storage(environment)}


@pytest.fixture
def a_file(person, regions):
    def make(content=PDF, name="a.pdf"):
        return store(by=person(Role.AUTHOR, "14"), owner=regions["14"], name=name, content=content)

    return make


def test_what_is_kept_is_found_by_its_hash(storage):
    assert list(everything()) == []
    sha256 = keep(PDF)
    assert kept(sha256) == PDF
    assert list(everything()) == [key_of(sha256)]
    assert keep(PDF) == sha256
    assert list(everything()) == [key_of(sha256)]
    assert kept("0" * 64) is None


def test_a_document_is_stored_and_served(storage, a_file):
    document = a_file()
    answer = served(document)
    assert answer.content == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="a.pdf"'


def test_an_upload_lies_in_the_storage_before_any_transaction_begins(storage, person, regions, monkeypatch):
    content = read_upload(SimpleUploadedFile("a.pdf", PDF), to_store=True)
    assert list(everything()) == [key_of(hashlib.sha256(PDF).hexdigest())]
    monkeypatch.setattr(documents, "keep", lambda content: pytest.fail("stored in the transaction"))
    document = store(by=person(Role.AUTHOR, "14"), owner=regions["14"], name="a.pdf", content=content)
    assert served(document).content == PDF


def test_an_upload_that_is_read_only_or_will_be_refused_is_not_stored(storage):
    assert read_upload(SimpleUploadedFile("a.pdf", PDF)) == PDF
    assert read_upload(SimpleUploadedFile("a.exe", PDF), to_store=True) == PDF
    assert list(everything()) == []


def test_the_bucket_holds_the_file_under_its_prefix(bucket, settings, a_file):
    environment, client = bucket
    settings.STORAGES = {**settings.STORAGES, "default": file_storage(environment)}
    document = a_file(PNG, "bild.png")
    held = client.get_object(Bucket="hemtag-files", Key=f"filer/{key_of(document.sha256)}")
    with held["Body"] as body:
        assert body.read() == PNG


def test_nothing_is_amiss_after_ordinary_use(storage, a_file, capsys):
    a_file()
    a_file(name="b.pdf")
    call_command("tidy_files")
    assert capsys.readouterr().out == "Utan hänvisning: 0. Skadade handlingar: 0.\n"


def test_young_orphans_are_left_alone_and_old_ones_are_listed_and_removed(storage, a_file, capsys, monkeypatch):
    document = a_file()
    orphan = key_of(keep(PNG))
    call_command("tidy_files")
    assert "Utan hänvisning: 0." in capsys.readouterr().out
    monkeypatch.setattr(tidying, "AGE", dt.timedelta(0))
    call_command("tidy_files")
    assert f"{orphan}: ingenting hänvisar till den\n" in capsys.readouterr().out
    assert default_storage.exists(orphan)
    call_command("tidy_files", remove=True)
    assert f"{orphan}: ingenting hänvisar till den, borttagen\n" in capsys.readouterr().out
    assert list(everything()) == [key_of(document.sha256)]


def test_an_orphan_that_gets_a_row_in_the_meantime_is_not_removed(storage, a_file):
    document = a_file()
    later = document.added_at + TOMORROW
    assert not tidying.remove(key_of(document.sha256), later)
    assert kept(document.sha256) == PDF


def test_rows_whose_bytes_are_gone_or_changed_are_told_each_of_them(storage, a_file, capsys):
    gone, also_gone, changed = a_file(), a_file(name="b.pdf"), a_file(PNG, "c.png")
    default_storage.delete(key_of(gone.sha256))
    with default_storage.open(key_of(changed.sha256), "wb") as file:
        file.write(b"something else")
    with pytest.raises(CommandError, match="Återställ det skadade från säkerhetskopian"):
        call_command("tidy_files")
    told = capsys.readouterr().err
    assert f"handling {gone.pk} a.pdf ({gone.sha256}): innehållet saknas" in told
    assert f"handling {also_gone.pk} b.pdf" in told
    assert f"handling {changed.pk} c.png ({changed.sha256}): innehållet är inte det som lagrades" in told
    with pytest.raises(WrongState, match="saknas eller är skadat"):
        served(changed)


def test_a_disk_that_is_full_leaves_nothing_half_written(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        keep(PDF)
    assert list(everything()) == []


# A server that is killed, for real ------------------------------------------------------------------------

DYING = """
import os, signal, sys
import django
django.setup()
from django.db import transaction
from hemtag.knowledge import documents, storing
from hemtag.knowledge.models import Document
from hemtag.organisations.models import Organisation

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

region, _ = Organisation.objects.get_or_create(code="14", kind="region", name="Västra", short_name="V")
if sys.argv[1] == "while writing":
    storing.Path.replace = die
elif sys.argv[1] == "before the row":
    Document.objects.create = die
elif sys.argv[1] == "before the commit":
    documents.record = die
documents.store(by=None, owner=region, name="a.pdf", content=open(sys.argv[2], "rb").read())
"""


@pytest.fixture(scope="module")
def own_place(tmp_path_factory):
    place = tmp_path_factory.mktemp("place")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("HEMTAG_")},
        "HEMTAG_VAR": str(place),
        "HEMTAG_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "hemtag.config.settings",
        "PYTHONUTF8": "1",
    }
    for room in ("knowledge", "history"):
        run(environment, "manage.py", "migrate", room, "--verbosity", "0", "--skip-checks")
    (place / "a.pdf").write_bytes(PDF)
    return place, environment


def run(environment, *arguments, status=0):
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == status, done.stderr
    return done.stdout


@pytest.mark.parametrize("moment", ["while writing", "before the row", "before the commit"])
def test_a_server_killed_while_storing_leaves_nothing_but_an_orphan(own_place, moment):
    place, environment = own_place
    run(environment, "-c", DYING, moment, str(place / "a.pdf"), status=-signal.SIGKILL)
    left = [path for path in (place / "files").rglob("*") if path.is_file()]
    assert len(left) == 1
    assert left[0].name.endswith(".part") == (moment == "while writing")
    assert "Utan hänvisning: 0. Skadade handlingar: 0." in run(environment, "manage.py", "tidy_files", "--skip-checks")
    yesterday = left[0].stat().st_mtime - TOMORROW.total_seconds()
    os.utime(left[0], (yesterday, yesterday))
    assert "borttagen" in run(environment, "manage.py", "tidy_files", "--remove", "--skip-checks")
    assert not left[0].exists()


def test_after_the_crash_the_same_file_is_stored_as_if_nothing_had_happened(own_place):
    place, environment = own_place
    run(environment, "-c", DYING, "before the row", str(place / "a.pdf"), status=-signal.SIGKILL)
    run(environment, "-c", DYING, "never", str(place / "a.pdf"))
    assert "Utan hänvisning: 0. Skadade handlingar: 0." in run(environment, "manage.py", "tidy_files", "--skip-checks")


# Settings -------------------------------------------------------------------------------------------------


def test_without_a_bucket_files_lie_in_the_folder():
    assert file_storage({}) == {"BACKEND": "hemtag.knowledge.storing.Folder"}
    assert isinstance(storages.create_storage(file_storage({})), Folder)
    assert half_given({}) == []


def test_a_whole_bucket_has_no_faults(bucket):
    environment, _client = bucket
    assert half_given(environment) == []
    assert half_given({"HEMTAG_S3_BUCKET": "b"}) == []  # keys may come from the machine's own role
    assert file_storage(environment)["OPTIONS"]["addressing_style"] == "path"
    assert "addressing_style" not in file_storage({"HEMTAG_S3_BUCKET": "b"})["OPTIONS"]


@pytest.mark.parametrize(
    "given, said",
    [
        ({"HEMTAG_S3_ENDPOINT": "http://x"}, "HEMTAG_S3_BUCKET is missing"),
        ({"HEMTAG_S3_BUCKET": "b", "HEMTAG_S3_KEY": "k"}, "HEMTAG_S3_SECRET is missing"),
        ({"HEMTAG_S3_BUCKET": "b", "HEMTAG_S3_SECRET": "s"}, "HEMTAG_S3_KEY is missing"),
        ({"HEMTAG_S3_BUKET": "b"}, "HEMTAG_S3_BUKET is no setting"),
    ],
)
def test_half_given_settings_are_told_at_the_start(settings, given, said):
    settings.FILE_SETTINGS_AT_FAULT = half_given(given)
    (fault,) = system_checks.storage_settings_are_whole()
    assert (fault.id, fault.is_serious()) == ("hemtag.E001", True)
    assert said in fault.msg
    assert "docs/howto/filer.md" in fault.hint


def test_a_start_with_half_given_settings_stops(own_place):
    _place, environment = own_place
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={**environment, "HEMTAG_S3_BUCKET": "b", "HEMTAG_S3_KEY": "k"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 1
    assert "HEMTAG_S3_SECRET is missing: HEMTAG_S3_KEY means nothing without it." in done.stderr


def test_a_bucket_without_the_extra_is_told_with_the_command_that_mends_it(settings, monkeypatch):
    assert system_checks.storage_is_installed() == []
    settings.STORAGES = {**settings.STORAGES, "default": file_storage({"HEMTAG_S3_BUCKET": "b"})}
    assert system_checks.storage_is_installed() == []
    monkeypatch.setattr(system_checks, "find_spec", lambda name: None)
    (fault,) = system_checks.storage_is_installed()
    assert fault.id == "hemtag.E002"
    assert "the extra s3 is not installed (storages, boto3 is missing)" in fault.msg
    assert "--extra s3" in fault.hint


@pytest.mark.parametrize("demo, clamd, said", [(True, "", None), (False, "", "hemtag.W001"), (True, "/x", None)])
def test_a_server_without_a_scanner_is_warned(settings, demo, clamd, said):
    settings.DEMO, settings.DEBUG, settings.CLAMD = demo, False, clamd
    assert [fault.id for fault in system_checks.scanner_is_an_address()] == ([said] if said else [])


def test_a_scanner_at_no_address_is_told(settings):
    settings.CLAMD = "clamd.ctl"
    (fault,) = system_checks.scanner_is_an_address()
    assert fault.id == "hemtag.E003"
    assert "host:port" in fault.hint


def test_every_setting_of_the_bucket_is_in_the_docs():
    text = (ROOT / "docs" / "howto" / "filer.md").read_text("utf-8")
    for name in (*BUCKET.values(), "HEMTAG_CLAMD", "HEMTAG_CLAMD_SECONDS", "HEMTAG_FILES"):
        assert f"`{name}`" in text
