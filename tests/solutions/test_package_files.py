"""A package as files: the checksum anyone can recompute, who gets which parts, and archives that mean harm."""

import contextlib
import hashlib
import io
import json
import stat
import zipfile

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import given
from hypothesis import strategies as st

from hemtag.history.models import Event
from hemtag.knowledge.models import Document
from hemtag.organisations.models import Role
from hemtag.refusals import DoesNotHold, NotAllowed
from hemtag.solutions.actions import importing, packaging, publishing
from hemtag.solutions.models import PackagePart, SolutionKind
from hemtag.solutions.packages import contents, opening, papers, zipping
from hemtag.solutions.packages.opening import open_package
from hemtag.solutions.queries import packaging as queries
from tests.knowledge.making import PDF, docx

from . import packages as make

SECRET = "Lösenordet till servern är sommar"
BETWEEN = "Bara mellan regionerna: priset var 4 kr"


@pytest.fixture
def author(person):
    return person(Role.AUTHOR, "14")


@pytest.fixture
def draft(author, regions):
    package = packaging.start_package(by=author, solution=make.make_solution(regions["14"]))
    make.fill(author, package)
    write(author, package, "P11", confidentiality="secret", q_security=SECRET)
    write(author, package, "P14", confidentiality="regions", q_terms=BETWEEN)
    packaging.add_part_file(by=author, part=package.parts.get(code="P11"), name="hemlig.pdf", content=PDF + b"\n1")
    return package


def write(by, package, code, **values):
    part = package.parts.get(code=code)
    return packaging.edit_part(by=by, part=part, version=part.version, **values)


def fresh(package):
    return queries._whole().get(pk=package.pk)


def zipped(person, package):
    return zipping.package_zip(queries.shown(person, fresh(package)))


def files_in(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def archive_of(files, packed=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packed) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


# ---------------------------------------------------------------- out


def test_the_same_package_gives_the_same_bytes(author, draft):
    assert zipped(author, draft) == zipped(author, draft)
    shown = queries.shown(author, fresh(draft))
    assert papers.package_pdf(shown) == papers.package_pdf(queries.shown(author, fresh(draft)))


def test_the_checksum_is_recomputed_from_the_zip_alone(author, person, regions):
    """With nothing but hashlib: the list gives the package's checksum, and each line that of a file in the ZIP."""
    solution = make.make_solution(regions["14"], slug="annan", title="Annan")
    editor, tester = person(Role.CATALOGUE_EDITOR), person(Role.ECONOMIST, "01")
    package = make.publish(author, editor, tester, regions["01"], solution)
    files = files_in(zipped(AnonymousUser(), package))
    listed = files["KONTROLLSUMMOR.txt"]
    assert hashlib.sha256(listed).hexdigest() == package.sha256
    lines = dict(reversed(line.split("  ")) for line in listed.decode().splitlines())
    assert set(lines) == {"paket.json", *(f"delar/{row.code}.json" for row in package.parts.all())}
    for name, expected in lines.items():
        assert hashlib.sha256(files[name]).hexdigest() == expected
    manifest = json.loads(files["manifest.json"])
    assert set(manifest["files"]) == set(files) - {"manifest.json"}
    for name, expected in manifest["files"].items():
        assert hashlib.sha256(files[name]).hexdigest() == expected
    part = json.loads(files["delar/P4.json"])
    assert hashlib.sha256(files["filer/P4/mall.pdf"]).hexdigest() == part["files"][0]["sha256"]


def test_one_letter_gives_another_checksum(author, draft):
    before = contents.package_sha256(fresh(draft), fresh(draft).parts.all())
    write(author, draft, "P2", q_goal="En bokstav mer")
    assert contents.package_sha256(fresh(draft), fresh(draft).parts.all()) != before


READERS = [
    ("nobody", "", {"open"}),
    (Role.AUTHOR, "14", {"open", "regions", "secret"}),
    (Role.ECONOMIST, "01", {"open", "regions"}),
    (Role.CASE_OFFICER, "", {"open", "regions"}),
    (Role.CATALOGUE_EDITOR, "", {"open", "regions"}),
    (Role.AUDITOR, "", {"open", "regions", "secret"}),
]


@pytest.mark.parametrize("role, code, degrees", READERS)
def test_each_output_holds_what_its_reader_may_read_and_no_more(person, draft, role, code, degrees):
    reader = AnonymousUser() if role == "nobody" else person(role, code)
    shown = queries.shown(reader, fresh(draft))
    files = files_in(zipping.package_zip(shown))
    everything = b"".join(files.values()) + json.dumps(papers.package_data(shown), ensure_ascii=False).encode()
    for degree, part, text in (("secret", "P11", SECRET), ("regions", "P14", BETWEEN)):
        assert (text.encode() in everything) is (degree in degrees)
        assert (f"delar/{part}.json" in files) is (degree in degrees)
        assert f"delar/{part}.json" in files["KONTROLLSUMMOR.txt"].decode()
        assert (part in json.loads(files["manifest.json"])["withheld"]) is (degree not in degrees)
    assert ("filer/P11/hemlig.pdf" in files) is ("secret" in degrees)
    assert (b"hemlig.pdf" in everything) is ("secret" in degrees)
    assert "delar/P1.md" in files


def test_what_people_wrote_is_escaped_in_every_form(author, draft):
    nasty = "<script>alert(1)</script>\n# Inte en rubrik\n\\# Inte den heller"
    write(author, draft, "P2", q_problem=nasty)
    files = files_in(zipped(author, draft))
    page = files["delar/P2.html"].decode()
    assert "<script" not in page and "&lt;script&gt;" in page
    values = opening._from_markdown(queries.dossier().parts["P2"], files["delar/P2.md"].decode())
    assert values["q_problem"] == nasty


def test_two_files_of_one_name_are_both_there(author, draft):
    for extra in (b"2", b"3"):
        part = draft.parts.get(code="P4")
        packaging.add_part_file(by=author, part=part, name="mall.pdf", content=PDF + b"\n" + extra)
    names = [name for name in files_in(zipped(author, draft)) if name.startswith("filer/P4/")]
    assert names == ["filer/P4/mall (2).pdf", "filer/P4/mall (3).pdf", "filer/P4/mall.pdf"]


def test_a_file_in_quarantine_does_not_leave_with_the_zip(author, draft):
    Document.objects.update(scan_state="waiting")
    files = files_in(zipped(author, draft))
    assert not [name for name in files if name.startswith("filer/")]
    assert "filer/P4/mall.pdf" in json.loads(files["manifest.json"])["held_for_virus_check"]
    assert not {fact.key: fact.holds for fact in queries.facts_for_gate(draft.solution)}["files_are_free"]


def test_the_pdf_is_archival_and_says_what_it_withholds(person, draft):
    shown = queries.shown(AnonymousUser(), fresh(draft))
    content = papers.package_pdf(shown)
    assert content.startswith(b"%PDF-") and b"pdfaid" in content
    withheld = {part["title"].split()[0] for part in papers.package_data(shown)["parts"] if part["withheld"]}
    assert withheld == {"P11", "P14"}


# ---------------------------------------------------------------- in again


def test_out_and_in_again_gives_the_same_package(author, regions, draft):
    version = make.an_underlag(regions["14"])
    write(author, draft, "P9", underlag=[version], responsible="Jurist", valid_until=None, licence="CC0-1.0")
    exported = zipped(author, draft)
    other = packaging.start_package(by=author, solution=make.make_solution(regions["14"], slug="b", title="B"))
    taken = importing.import_package(by=author, package=other, content=exported)
    assert taken == [row.code for row in contents.in_order(draft.parts.all())]
    for row in fresh(draft).parts.all():
        functions = contents.live_core_functions(draft)
        twin = fresh(other).parts.get(code=row.code)
        assert contents.part_content(twin, contents.live_core_functions(other)) == contents.part_content(row, functions)


def test_a_plain_zip_is_read_by_the_names_of_its_files(author, draft):
    text = "# P2 Problem\n\n## Vad skulle bli annorlunda\nKortare väntan.\n\n## Egen rubrik\nNågot mer.\n"
    content = archive_of({"paket/P2.md": text, "paket/P4/handbok.docx": docx(), "paket/P5 bild.pdf": PDF})
    with_event = Event.objects.count()
    assert importing.import_package(by=author, package=draft, content=content) == ["P2", "P4", "P5"]
    part = draft.parts.get(code="P2")
    assert part.answers["goal"] == "Kortare väntan."
    assert part.text == "## Egen rubrik\nNågot mer."
    assert part.confidentiality == "open"
    assert [file.document.name for file in draft.parts.get(code="P4").files.all()] == ["handbok.docx"]
    assert [file.document.name for file in draft.parts.get(code="P5").files.all()] == ["P5 bild.pdf"]
    assert [event.verb for event in Event.objects.order_by("number")[with_event:]] == [
        "stored",
        "stored",
        "imported_package",
    ]


def test_a_choice_is_read_by_its_words(author, draft):
    part = queries.dossier().parts["P12"]
    values = opening._from_markdown(part, "## Vilken riskklass?\n\nHög\n")
    assert values["q_ai_risk"] == "high"


def test_only_those_who_write_bring_files(draft, person):
    for role, code in ((Role.ECONOMIST, "01"), (Role.CATALOGUE_EDITOR, ""), (Role.AUDITOR, "")):
        with pytest.raises(NotAllowed):
            importing.import_package(by=person(role, code), package=draft, content=archive_of({"P2.md": "x"}))


def refused(content, rule):
    with pytest.raises(DoesNotHold) as refusal:
        open_package(content)
    problem = refusal.value.problems[0]
    assert problem.rule == rule
    assert problem.field == "file" and len(str(problem)) > 30
    return str(problem)


def entry(name, *, mode=None, flag=0):
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    if mode is not None:
        info.create_system, info.external_attr = 3, mode << 16
    info.flag_bits |= flag
    return info


@pytest.mark.parametrize(
    "name", ["../P2.md", "delar/../../P2.md", "/etc/P2.md", "C:/P2.md", "..\\P2.md", "delar\\P2.md", "P2/../../x.md"]
)
def test_nothing_leaves_the_archive(name):
    assert name.split("/")[-1].split("\\")[-1] in refused(archive_of({name: "x"}), "zip_stays_inside")


def test_a_bomb_is_refused_by_its_table():
    assert "P2.md" in refused(archive_of({"P2.md": "0" * 30_000_000}), "zip_is_no_bomb")


def test_a_bomb_that_lies_about_its_size_is_not_read():
    content = bytearray(archive_of({"P2.md": "0" * 30_000_000}))
    for marker, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.index(marker) + offset
        content[at : at + 4] = (900).to_bytes(4, "little")
    refused(bytes(content), "zip_is_whole")


def test_many_that_together_are_too_large_are_refused(monkeypatch):
    monkeypatch.setattr(opening, "MOST_UNPACKED", 1000)
    refused(archive_of({"P2.md": "a" * 600, "P3.md": "b" * 600}), "zip_is_of_a_size")


def test_too_many_files_are_refused():
    refused(archive_of({f"P4/{n}.pdf": "x" for n in range(501)}), "zip_has_few_files")


def test_an_archive_in_the_archive_is_refused():
    inner = archive_of({"P2.md": "x"})
    refused(archive_of({"P4/mer.zip": inner}), "zip_is_not_nested")
    refused(archive_of({"P4/mer.pdf": inner}), "zip_is_not_nested")


def test_a_link_is_no_file():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(entry("P2.md", mode=stat.S_IFLNK | 0o777), "/etc/passwd")
    assert "P2.md" in refused(out.getvalue(), "zip_holds_files")


def test_a_locked_file_is_refused():
    content = bytearray(archive_of({"P2.md": "x"}))
    content[content.index(b"PK\x03\x04") + 6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    refused(bytes(content), "zip_is_not_locked")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_name_twice_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("P2.md", "ett")
        archive.writestr("p2.MD", "två")
    refused(out.getvalue(), "zip_has_each_once")


def test_an_unusual_packing_is_refused():
    refused(archive_of({"P2.md": "x" * 100}, zipfile.ZIP_LZMA), "zip_is_plain")


@pytest.mark.parametrize("content", [b"", b"inte en zip", b"PK\x03\x04" + b"\0" * 40])
def test_what_is_no_zip_is_refused(content):
    refused(content, "zip_is_whole")


def test_a_broken_file_is_refused():
    content = bytearray(archive_of({"P2.md": "abcdefgh" * 100}, zipfile.ZIP_STORED))
    content[60] ^= 0xFF
    refused(bytes(content), "zip_is_whole")


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reading(noise):
    whole = archive_of({"P2.md": "x" * 40, "P4/a.pdf": PDF})
    for content in (noise, whole[: len(whole) // 2] + noise, whole[:30] + noise + whole[30:]):
        with contextlib.suppress(DoesNotHold):
            assert open_package(content).parts


@pytest.mark.parametrize(
    "files, rule",
    [
        ({"anteckning.md": "x"}, "file_names_its_part"),
        ({"P21.md": "x"}, "file_names_its_part"),
        ({"P2.md": b"\xff\xfe\x00"}, "text_is_utf8"),
        ({"P2.md": "x" * 1_000_001}, "zip_is_no_bomb"),
        ({"P2.md": "x", "P2.txt": "y"}, "part_has_one_text"),
        ({"manifest.json": '{"format": "hemtag-paket/1"}'}, "manifest_is_whole"),
        ({"manifest.json": '{"format": "hemtag-paket/1", "files": {"x": "y"}}'}, "manifest_agrees"),
    ],
)
def test_each_refusal_names_its_rule(files, rule):
    refused(archive_of(files), rule)


def test_a_zip_of_ours_that_was_changed_afterwards_is_refused(author, draft):
    files = files_in(zipped(author, draft))
    changed = {**files, "delar/P2.json": files["delar/P2.json"].replace(b"goal", b"goat")}
    assert "P2.json" in refused(archive_of(changed), "manifest_agrees")
    assert "P4/ny.pdf" in refused(archive_of({**files, "P4/ny.pdf": PDF}), "manifest_agrees")


@pytest.mark.parametrize("broken", [b"[1]", b"{", b'{"code": "P3"}', b'{"code": "P2", "answers": 4}', b"[" * 9000])
def test_a_part_that_is_not_a_part_is_refused(broken):
    files = {"delar/P2.json": broken}
    manifest = {"format": contents.FORMAT, "files": {name: contents.sha256(text) for name, text in files.items()}}
    with pytest.raises(DoesNotHold):
        open_package(archive_of({**files, "manifest.json": json.dumps(manifest)}))


def test_nothing_is_taken_in_when_anything_is_wrong(author, draft):
    before = contents.checksums(fresh(draft), fresh(draft).parts.all())
    events, documents = Event.objects.count(), Document.objects.count()
    content = archive_of(
        {
            "P2.md": "Ny text",
            "P4/a.pdf": PDF + b"\n9",
            "P5/b.exe": b"MZ",
            "P8.md": "## Timmar per roll för att införa\nmassor",
        }
    )
    with pytest.raises(DoesNotHold) as refusal:
        importing.import_package(by=author, package=draft, content=content)
    said = [str(problem) for problem in refusal.value.problems]
    assert any(line.startswith("P5/b.exe: Filtypen") for line in said)
    assert any(line.startswith("P8: Rad 1") for line in said)
    assert contents.checksums(fresh(draft), fresh(draft).parts.all()) == before
    assert (Event.objects.count(), Document.objects.count()) == (events, documents)


def test_a_model_card_is_not_brought_to_what_is_not_ai(author, draft, regions):
    with pytest.raises(DoesNotHold, match="P18 hör inte"):
        importing.import_package(by=author, package=draft, content=archive_of({"P18.md": "Kort"}))
    ai = make.make_solution(regions["14"], slug="ai", title="AI", kind=SolutionKind.AI)
    package = packaging.start_package(by=author, solution=ai)
    assert importing.import_package(by=author, package=package, content=archive_of({"P18.md": "Kort"})) == ["P18"]


def test_an_unknown_underlag_is_named(author, draft, regions):
    version = make.an_underlag(regions["14"])
    write(author, draft, "P9", underlag=[version])
    exported = zipped(author, draft)
    PackagePart.objects.get(package=draft, code="P9").underlag.clear()
    version.delete()
    with pytest.raises(DoesNotHold, match="rattsutredning version 1 finns inte"):
        importing.import_package(by=author, package=draft, content=exported)


def test_what_is_out_says_so_in_its_files(author, person, regions):
    solution = make.make_solution(regions["14"], slug="c", title="C")
    editor, tester = person(Role.CATALOGUE_EDITOR), person(Role.ECONOMIST, "01")
    package = make.publish(author, editor, tester, regions["01"], solution)
    assert "UTKAST" not in files_in(zipped(author, package))["LÄSMIG.txt"].decode()
    publishing.recall_package(by=editor, package=package, reason="Missar var tionde tumör.", advice="stop")
    shown = queries.shown(author, fresh(package))
    assert "ÅTERKALLAT. Sluta" in files_in(zipping.package_zip(shown))["LÄSMIG.txt"].decode()
    data = papers.package_data(shown)
    assert data["mark"] == "ÅTERKALLAT" and "tumör" in str(data["recall"])
