"""Files: refused with reasons, kept under their hash, served as downloads only."""

import hashlib

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from hemtag.history.models import Event
from hemtag.knowledge import checks
from hemtag.knowledge.documents import read_upload, served, store
from hemtag.knowledge.models import Document
from hemtag.knowledge.storing import key_of
from hemtag.organisations.models import Role
from hemtag.refusals import DoesNotHold, WrongState
from tests.knowledge.making import JPG, PDF, PNG, docx, xlsx

DOCX, XLSX = docx(), xlsx()


@pytest.mark.parametrize(
    "name, content",
    [
        ("protokoll.pdf", PDF),
        ("PROTOKOLL.PDF", PDF),
        ("bild.png", PNG),
        ("bild.jpg", JPG),
        ("bild.jpeg", JPG),
        ("avtal.docx", DOCX),
        ("tabell.xlsx", XLSX),
    ],
)
def test_what_is_taken(name, content):
    assert checks.file_is_acceptable(name, content, 1_000_000) == []


@given(st.sampled_from(sorted(checks.ALLOWED_TYPES)), st.binary(max_size=400))
def test_no_bytes_break_the_check(ending, content):
    assert isinstance(checks.file_is_acceptable("x" + ending, content, 1000), list)


@given(st.binary(max_size=200))
def test_no_broken_zip_breaks_the_check(noise):
    broken = DOCX[: len(DOCX) // 2] + noise + DOCX[len(DOCX) // 2 :]
    assert isinstance(checks.is_what_it_says(".docx", broken), bool)


@pytest.mark.parametrize(
    "given_name, kept",
    [
        ("Protokoll § 112.pdf", "Protokoll § 112.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Temp\\avtal.docx", "avtal.docx"),
        ('a"b\r\nSet-Cookie: x.pdf', "abSet-Cookie x.pdf"),
        ("<script>.png", "script.png"),
        ("\u202egpj.exe.pdf", "gpj.exe.pdf"),
        ("...", "fil"),
        ("", "fil"),
        ("a" * 300 + ".pdf", "a" * 116 + ".pdf"),
    ],
)
def test_names_are_made_safe(given_name, kept):
    assert checks.safe_name(given_name) == kept


@given(st.text(max_size=400))
def test_every_name_is_safe(name):
    kept = checks.safe_name(name)
    assert 0 < len(kept) <= 120
    assert not set(kept) & set('/\\"<>|:*?\r\n\x00')
    assert not kept.startswith(".")
    assert checks.safe_name(kept) == kept


def test_a_file_is_kept_once_under_its_hash(person, regions):
    by = person(Role.AUTHOR, "14")
    one = store(by=by, owner=regions["14"], name="../a.pdf", content=PDF)
    two = store(by=by, owner=regions["01"], name="b.pdf", content=PDF)
    sha256 = hashlib.sha256(PDF).hexdigest()
    assert one.sha256 == two.sha256 == sha256
    path = settings.MEDIA_ROOT / key_of(sha256)
    assert path.read_bytes() == PDF
    assert [file.name for file in path.parent.iterdir()] == [sha256]
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert (one.name, one.content_type, one.size) == ("a.pdf", "application/pdf", len(PDF))
    assert list(Event.objects.values_list("verb", flat=True)) == ["stored", "stored"]


def test_what_is_refused_is_not_kept(person, regions):
    with pytest.raises(DoesNotHold):
        store(by=person(Role.AUTHOR, "14"), owner=regions["14"], name="a.exe", content=b"MZ")
    assert not Document.objects.exists()
    assert not Event.objects.exists()


def test_a_file_is_served_as_a_download_that_can_do_nothing(person, regions):
    document = store(by=person(Role.AUTHOR, "14"), owner=regions["14"], name="Protokoll §.pdf", content=PDF)
    answer = served(document)
    assert answer.content == PDF
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''Protokoll%20%C2%A7.pdf"
    assert {name: value for name, value in answer.headers.items() if name != "Content-Disposition"} == {
        "Content-Type": "application/pdf",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
        "Accept-Ranges": "none",
    }


@pytest.mark.parametrize("damage", ["missing", "changed"])
def test_a_file_that_is_not_what_was_stored_is_told_and_not_served(person, regions, damage, caplog):
    document = store(by=person(Role.AUTHOR, "14"), owner=regions["14"], name="a.pdf", content=PDF)
    path = settings.MEDIA_ROOT / key_of(document.sha256)
    path.unlink() if damage == "missing" else path.write_bytes(b"something else")
    with pytest.raises(WrongState, match=r"Innehållet i a\.pdf saknas eller är skadat.*Ladda upp filen igen"):
        served(document)
    assert document.sha256 in caplog.text
    store(by=person(Role.AUTHOR, "14"), owner=regions["14"], name="a.pdf", content=PDF)
    assert served(document).content == PDF


def test_a_too_large_upload_is_refused_unread(settings):
    settings.MAX_FILE_BYTES = 1_000_000
    upload = SimpleUploadedFile("stor.pdf", PDF)
    upload.size = 200_000_000
    with pytest.raises(DoesNotHold, match="200 MB; högst 1 MB"):
        read_upload(upload)
    assert upload.tell() == 0
    assert read_upload(SimpleUploadedFile("liten.pdf", PDF)) == PDF
