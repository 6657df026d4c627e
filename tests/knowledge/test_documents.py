"""Files: refused with reasons, kept under their hash, served as downloads only."""

import hashlib
import io
import zipfile

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
from hemtag.refusals import DoesNotHold

PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"


def office(*names):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return file.getvalue()


DOCX = office("[Content_Types].xml", "word/document.xml")
XLSX = office("[Content_Types].xml", "xl/workbook.xml")


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


@pytest.mark.parametrize(
    "name, content, said",
    [
        ("virus.exe", b"MZ", "Filtypen .exe tas inte emot"),
        ("sida.html", b"<script>", "Filtypen .html"),
        ("bild.svg", b"<svg onload=x>", "Filtypen .svg"),
        ("protokoll", PDF, "utan filändelse"),
        ("protokoll.pdf", b"", "Filen är tom"),
        ("protokoll.pdf", PNG, "inte en PDF-fil"),
        ("protokoll.pdf", b"<html><script>", "inte en PDF-fil"),
        ("bild.png", PDF, "inte en PNG-fil"),
        ("avtal.docx", b"PK\x03\x04 nonsens", "inte en DOCX-fil"),
        ("avtal.docx", XLSX, "inte en DOCX-fil"),
        ("avtal.docx", PDF, "inte en DOCX-fil"),
        ("avtal.docx", office("word/document.xml", "word/vbaProject.bin"), "innehåller makron"),
        ("tabell.xlsx", office("xl/workbook.xml", "xl/VBAPROJECT.BIN"), "innehåller makron"),
        ("makro.docm", DOCX, "Filtypen .docm"),
        ("stor.pdf", PDF + b" " * 2_000_000, "högst 1 MB"),
    ],
)
def test_what_is_refused_and_why(name, content, said):
    problems = checks.file_is_acceptable(name, content, 1_000_000)
    assert [problem.field for problem in problems] == ["file"]
    assert said in str(problems[0])


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


def test_a_file_is_served_as_a_download(person, regions):
    document = store(by=person(Role.AUTHOR, "14"), owner=regions["14"], name="Protokoll §.pdf", content=PDF)
    answer = served(document)
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content == PDF


def test_a_too_large_upload_is_refused_unread(settings):
    settings.MAX_FILE_BYTES = 1_000_000
    upload = SimpleUploadedFile("stor.pdf", PDF)
    upload.size = 200_000_000
    with pytest.raises(DoesNotHold, match="200 MB; högst 1 MB"):
        read_upload(upload)
    assert upload.tell() == 0
    assert read_upload(SimpleUploadedFile("liten.pdf", PDF)) == PDF
