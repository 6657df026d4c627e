"""What a file may not be or carry: every refusal, with what it says, where it stands and how to mend it."""

import io
import struct
import time
import zipfile
import zlib

import pytest
import typst
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from hemtag.knowledge import checks, contents
from tests.knowledge.making import OLE, PDF, PNG, docx, office, packed_objects, relation, types, xlsx

TYPESET = typst.compile(b'#set text(lang: "sv")\nProtokoll')
PACKED = zipfile.ZIP_DEFLATED
MACRO = "application/vnd.ms-word.document.macroEnabled.main+xml"


def written(change):
    """A true PDF that pypdf has changed."""
    writer, file = PdfWriter(clone_from=PdfReader(io.BytesIO(TYPESET))), io.BytesIO()
    change(writer)
    writer.write(file)
    return file.getvalue()


def with_script(pdf):
    script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    pdf.root_object[NameObject("/OpenAction")] = DictionaryObject(script)


def a_workbook(**options):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet()
        sheet.write_column(0, 0, range(200))
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=Sheet1!$A$1:$A$9"})
        sheet.insert_chart("C1", chart)
        sheet.write_url("D1", "https://www.skr.se/")
    return file.getvalue()


def locked_parts(content):
    """The same zip with the mark of a password on every part, in its table of contents."""
    changed, at = bytearray(content), -1
    while (at := changed.find(b"PK\x01\x02", at + 1)) >= 0:
        changed[at + 8] |= 1
    return bytes(changed)


def overlapping(content):
    """The same zip whose table says that one part's bytes are all the others' too."""
    changed, at = bytearray(content), -1
    while (at := changed.find(b"PK\x01\x02", at + 1)) >= 0:
        changed[at + 20 : at + 24] = struct.pack("<L", len(content))
    return bytes(changed)


NULLS = b"\0" * 30_000_000
BILLION = '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
DDE = '<externalLink xmlns:m="x"><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'

# file, content, rule, what it says, how to mend it
REFUSALS = [
    ("virus.exe", b"MZ", "file_type_is_taken", "Filtypen .exe tas inte emot", "Spara om som PDF"),
    ("sida.html", b"<script>", "file_type_is_taken", "Filtypen .html", "Spara om som PDF"),
    ("bild.svg", b"<svg onload=x>", "file_type_is_taken", "Filtypen .svg", "Spara om som PDF"),
    ("makro.docm", docx(), "file_type_is_taken", "Filtypen .docm", "Spara om som PDF"),
    ("gammal.doc", OLE, "file_type_is_taken", "Filtypen .doc tas", "Spara om som PDF"),
    ("arkiv.zip", docx(), "file_type_is_taken", "Filtypen .zip", "Spara om som PDF"),
    ("protokoll", PDF, "file_type_is_taken", "utan filändelse", "Spara om som PDF"),
    ("protokoll.pdf", b"", "file_size_is_taken", "Filen är tom", "Kontrollera att den gick att öppna"),
    ("stor.pdf", PDF + b" " * 3_000_000, "file_size_is_taken", "högst 2 MB", "Skanna med lägre upplösning"),
    ("protokoll.pdf", PNG, "content_is_what_the_name_says", "inte en PDF-fil", "spara om den"),
    ("protokoll.pdf", b"<html><script>", "content_is_what_the_name_says", "inte en PDF-fil", "spara om den"),
    ("bild.png", PDF, "content_is_what_the_name_says", "inte en PNG-fil", "spara om den"),
    ("avtal.docx", b"PK\x03\x04 nonsens", "content_is_what_the_name_says", "inte en DOCX-fil", "spara om den"),
    ("avtal.docx", xlsx(), "content_is_what_the_name_says", "inte en DOCX-fil", "spara om den"),
    ("tabell.xlsx", docx(), "content_is_what_the_name_says", "inte en XLSX-fil", "spara om den"),
    ("avtal.docx", PDF, "content_is_what_the_name_says", "inte en DOCX-fil", "spara om den"),
    ("avtal.docx", docx("../../etc/passwd"), "content_is_what_the_name_says", "inte en DOCX-fil", "spara om den"),
    ("avtal.docx", docx("WORD/document.xml"), "content_is_what_the_name_says", "inte en DOCX-fil", "spara om den"),
    (
        "avtal.docx",
        office(("[Content_Types].xml", BILLION), "word/document.xml"),
        "content_is_what_the_name_says",
        "inte en DOCX-fil",
        "spara om den",
    ),
    (
        "avtal.docx",
        OLE + "EncryptedPackage".encode("utf-16-le"),
        "office_file_is_safe",
        "skyddad (krypterad eller med lösenord)",
        "Ta bort skyddet",
    ),
    ("avtal.docx", OLE, "office_file_is_safe", "Offices gamla format", "spara om som DOCX eller PDF"),
    ("tabell.xlsx", locked_parts(xlsx()), "office_file_is_safe", "skyddad", "Ta bort skyddet"),
    ("avtal.docx", docx("word/vbaProject.bin"), "office_file_is_safe", "makron (word/vbaProject.bin)", "utan makron"),
    ("tabell.xlsx", xlsx("xl/VBAPROJECT.BIN"), "office_file_is_safe", "makron (xl/VBAPROJECT.BIN)", "utan makron"),
    ("avtal.docx", docx("word/vbaData.xml"), "office_file_is_safe", "makron (word/vbaData.xml)", "utan makron"),
    ("tabell.xlsx", xlsx("xl/macrosheets/sheet1.xml"), "office_file_is_safe", "makron (xl/macrosheets", "utan makron"),
    ("avtal.docx", office(types(MACRO), "word/document.xml"), "office_file_is_safe", "makron (/x0)", "utan makron"),
    (
        "tabell.xlsx",
        office(types("application/vnd.ms-excel.intlmacrosheet+xml"), "xl/workbook.xml"),
        "office_file_is_safe",
        "makron (/x0)",
        "utan makron",
    ),
    (
        "avtal.docx",
        docx(("word/embeddings/a.xlsx", xlsx("xl/vbaProject.bin"))),
        "office_file_is_safe",
        "makron (word/embeddings/a.xlsx)",
        "utan makron",
    ),
    ("avtal.docx", docx("word/activeX/activeX1.xml"), "office_file_is_safe", "inbäddat program", "Ta bort det"),
    ("avtal.docx", docx("word/embeddings/oleObject1.bin"), "office_file_is_safe", "inbäddat program", "Ta bort det"),
    ("avtal.docx", docx("word/embeddings/a.exe"), "office_file_is_safe", "inbäddat program", "Ta bort det"),
    (
        "avtal.docx",
        docx(("word/embeddings/a.docx", docx(("word/embeddings/b.docx", docx())))),
        "office_file_is_safe",
        "inbäddat program eller objekt (word/embeddings/a.docx)",
        "Ta bort det",
    ),
    (
        "tabell.xlsx",
        xlsx(("xl/externalLinks/externalLink1.xml", DDE)),
        "office_file_is_safe",
        "inbäddat program",
        "Ta bort det",
    ),
    (
        "avtal.docx",
        docx(("word/_rels/settings.xml.rels", relation("attachedTemplate", "https://ond.example/mall.dotm"))),
        "office_file_is_safe",
        "från nätet när den öppnas (https://ond.example/mall.dotm)",
        "Spara om som PDF",
    ),
    ("avtal.docx", docx(("word/a.xml", NULLS), packed=PACKED), "office_file_is_safe", "växer onormalt", "som PDF"),
    ("avtal.docx", docx(*(f"word/{n}.xml" for n in range(5001))), "office_file_is_safe", "5003 delar", "som PDF"),
    ("avtal.docx", overlapping(docx()), "office_file_is_safe", "delar som överlappar", "som PDF"),
    ("protokoll.pdf", written(lambda pdf: pdf.encrypt("x")), "pdf_is_safe", "skyddad", "skriv ut den till en ny PDF"),
    (
        "protokoll.pdf",
        PDF.replace(b"/Root", b"/#45ncrypt 9 0 R /Root"),
        "pdf_is_safe",
        "skyddad",
        "skriv ut den till en ny PDF",
    ),
    (
        "protokoll.pdf",
        written(with_script),
        "pdf_is_safe",
        "körs när den öppnas (JavaScript)",
        "Skriv ut den till en ny PDF",
    ),
    (
        "protokoll.pdf",
        packed_objects(b"<< /S /J#61vaScript /JS (x) >>"),
        "pdf_is_safe",
        "körs när den öppnas (JavaScript)",
        "Skriv ut den till en ny PDF",
    ),
    (
        "protokoll.pdf",
        packed_objects(b"<< /S /Launch /F (cmd.exe) >>", name=b"/Obj#53tm"),
        "pdf_is_safe",
        "körs när den öppnas (Launch)",
        "Skriv ut den till en ny PDF",
    ),
    (
        "protokoll.pdf",
        packed_objects(b" " * 70_000_000),
        "pdf_is_safe",
        "växer onormalt",
        "Skriv ut den till en ny PDF",
    ),
]


@pytest.mark.parametrize("name, content, rule, said, mend", REFUSALS, ids=[f"{r[0]} {r[3]}" for r in REFUSALS])
def test_every_refusal_says_what_where_and_how_to_mend_it(name, content, rule, said, mend):
    (problem,) = checks.file_is_acceptable(name, content, 2_000_000)
    assert (problem.field, problem.rule) == ("file", rule)
    assert said in problem.message
    assert mend in problem.message


def test_a_virus_is_refused_by_its_name():
    (problem,) = checks.file_has_no_virus("Eicar-Test-Signature")
    assert problem.field == "file"
    assert "hittade Eicar-Test-Signature i filen" in problem.message
    assert "ladda upp en ren fil" in problem.message
    assert checks.file_has_no_virus("") == []


def test_the_list_above_has_every_rule_for_files():
    rules = {rule for _name, _content, rule, _said, _mend in REFUSALS}
    assert rules == {
        "file_type_is_taken",
        "file_size_is_taken",
        "content_is_what_the_name_says",
        "office_file_is_safe",
        "pdf_is_safe",
    }
    assert all(callable(getattr(checks, rule)) for rule in rules)


@pytest.mark.parametrize(
    "name, content",
    [
        ("protokoll.pdf", TYPESET),
        ("signerat.pdf", written(lambda pdf: pdf.add_attachment("bevis.txt", b"signerat av"))),
        ("om-pdf.pdf", PDF + b"% /EncryptMetadata and /JavaScripts are other names\n"),
        ("packad.pdf", packed_objects(b"<< /Type /Font >>")),
        ("trasig.pdf", PDF + b"<< /Type /ObjStm >>\nstream\nnot packed\nendstream"),
        ("diagram.xlsx", a_workbook()),
        ("stor.xlsx", a_workbook(constant_memory=True)),
        ("diagram.docx", docx(("word/embeddings/Microsoft_Excel_Sheet.xlsx", a_workbook()))),
        ("mall.docx", docx(("word/_rels/settings.xml.rels", relation("attachedTemplate", "file:///C:/mall.dotx")))),
        (
            "delad.docx",
            docx(("word/_rels/settings.xml.rels", relation("attachedTemplate", "file:///\\\\filer\\m.dotx"))),
        ),
        ("lank.docx", docx(("word/_rels/document.xml.rels", relation("hyperlink", "https://www.skr.se/")))),
        ("inre.docx", docx(("word/_rels/document.xml.rels", relation("frame", "http-mapp/x.xml", mode="Internal")))),
    ],
)
def test_what_ordinary_programs_make_is_taken(name, content):
    assert checks.file_is_acceptable(name, content, 20_000_000) == []


def test_a_file_that_claims_to_be_enormous_is_refused_without_being_unpacked():
    began = time.process_time()
    content = docx(("word/a.xml", b"\0" * 200_000_000), packed=PACKED)
    made = time.process_time() - began
    began = time.process_time()
    assert "200 MB" in str(checks.file_is_acceptable("a.docx", content, 20_000_000)[0])
    assert time.process_time() - began < max(0.05, made / 10)


def test_a_list_of_types_that_is_too_long_is_not_read_to_its_end():
    content = office(("[Content_Types].xml", b" " * 15_000_000), "word/document.xml", packed=PACKED)
    assert not contents.findings_in_office(content).is_readable


def test_a_large_pdf_with_many_packed_objects_is_read_in_no_time():
    objects = b"".join(packed_objects(b"<< /Type /Font >>" * 50)[len(PDF) :] for _ in range(20_000))
    began = time.process_time()
    assert contents.active_in_pdf(PDF + objects) == ""
    assert time.process_time() - began < 3


@given(st.binary(max_size=300), st.integers(0, 400))
def test_no_noise_in_an_office_file_breaks_the_look(noise, at):
    content = a_plain_docx[:at] + noise + a_plain_docx[at:]
    assert isinstance(checks.file_is_acceptable("a.docx", content, 1_000_000), list)


@given(st.binary(max_size=300), st.integers(0, 400))
def test_no_noise_in_a_pdf_breaks_the_look(noise, at):
    content = a_packed_pdf[:at] + noise + a_packed_pdf[at:]
    assert isinstance(checks.file_is_acceptable("a.pdf", content, 1_000_000), list)


a_plain_docx = docx(("word/embeddings/a.xlsx", xlsx()), ("_rels/.rels", relation("hyperlink", "https://x.example/")))
a_packed_pdf = packed_objects(zlib.compress(b"<< /Type /Font >>"))
