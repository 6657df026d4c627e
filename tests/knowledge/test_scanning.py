"""The client of clamd, against a fake and against Debian's own; and quarantine until a verdict is had."""

import socketserver
import struct
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from hemtag.history.models import Event
from hemtag.knowledge.documents import read_upload, served, store
from hemtag.knowledge.models import SCAN_NEXT, Document, ScanState
from hemtag.knowledge.scanning import NoVerdict, Scanner, place, scanner
from hemtag.organisations.models import Role
from hemtag.refusals import DoesNotHold, WrongState
from tests.knowledge.clamd import CLAMD, EICAR, MOST, SIGNATURE, Conversation, fake, real
from tests.knowledge.making import PDF

SICK = PDF + EICAR


@pytest.fixture(scope="module", params=["fake on a socket", "fake on a port", "real"])
def address(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("clamd")
    if request.param == "real":
        if CLAMD is None:
            pytest.skip("no clamd on this machine (Debian: apt-get install clamav-daemon)")
        with real(folder) as found:
            yield found
    else:
        with fake(folder if request.param.endswith("socket") else None) as found:
            yield found


# The client -----------------------------------------------------------------------------------------------


def test_a_clean_file_is_clean(address):
    assert Scanner(address).scan(PDF).is_clean


def test_the_test_virus_is_found_by_name(address):
    verdict = Scanner(address).scan(EICAR)
    assert not verdict.is_clean
    assert verdict.signature.startswith(SIGNATURE)


@pytest.mark.parametrize("before", [0, 65_536 - 30, 65_536, 400_000])
def test_the_virus_is_found_wherever_the_chunks_are_cut(address, before):
    assert not Scanner(address).scan(b" " * before + EICAR).is_clean


def test_an_empty_file_is_clean(address):
    assert Scanner(address).scan(b"").is_clean


def test_a_file_larger_than_clamd_takes_gets_no_verdict(address):
    with pytest.raises(NoVerdict, match=r"too large for clamd|Broken pipe|reset"):
        Scanner(address).scan(b"\0" * (MOST * 8))


def test_the_scanner_tells_its_version(address):
    assert Scanner(address).version().startswith("ClamAV")


# What goes wrong between us and it ------------------------------------------------------------------------


class Silent(Conversation):
    def handle(self):
        self.until_nul()
        time.sleep(1)


class Deaf(socketserver.BaseRequestHandler):
    def handle(self):
        pass


class Halfway(Conversation):
    def handle(self):
        self.until_nul()
        while size := struct.unpack("!L", self.exactly(4))[0]:
            self.exactly(size)
        self.request.sendall(b"stream: O")


class Babbling(Halfway):
    def handle(self):
        super().handle()
        self.request.sendall(b"K and more\0")


class Endless(Halfway):
    def handle(self):
        super().handle()
        self.request.sendall(b"x" * 20_000)


@pytest.mark.parametrize(
    "handler, said",
    [
        (Silent, "timed out"),
        (Deaf, "hung up|reset|Broken pipe"),
        (Halfway, "without a whole answer"),
        (Babbling, "answered"),
        (Endless, "without a whole answer"),
    ],
)
def test_whatever_is_no_answer_is_no_verdict(handler, said):
    with fake(handler=handler) as address, pytest.raises(NoVerdict, match=said):
        Scanner(address, seconds=0.3).scan(PDF)


@pytest.mark.parametrize("address", ["/no/such/socket", "127.0.0.1:1"])
def test_nobody_there_is_no_verdict(address):
    with pytest.raises(NoVerdict, match=address):
        Scanner(address, seconds=2).scan(PDF)


@pytest.mark.parametrize("address", ["/run/clamav/clamd.ctl", "clamd.example.org:3310", "127.0.0.1:3310", "[::1]:3310"])
def test_an_address_is_a_path_or_host_and_port(address):
    assert place(address)


@pytest.mark.parametrize("address", ["clamd.ctl", "3310", "host:", "host:0", "host:99999", "tcp://host:3310", ""])
def test_anything_else_is_no_address(address):
    with pytest.raises(ValueError, match="neither the path of a socket nor host:port"):
        place(address)


# Quarantine -----------------------------------------------------------------------------------------------


@pytest.fixture
def keep(person, regions, django_capture_on_commit_callbacks):
    """Store a file and let what follows the commit happen."""

    def store_it(content=PDF, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            made = store(by=person(Role.AUTHOR, "14"), owner=regions["14"], name="a.pdf", content=content, **kwargs)
        return Document.objects.get(pk=made.pk)

    return store_it


def verbs():
    return list(Event.objects.order_by("number").values_list("verb", flat=True))


def test_without_a_scanner_a_file_is_said_to_be_unscanned_and_is_served(keep):
    assert scanner() is None
    document = keep()
    assert document.scan_state == ScanState.NOT_SCANNED
    assert served(document).content == PDF


def test_a_file_waits_until_it_is_committed_and_is_then_cleared(address, settings, person, regions):
    settings.CLAMD = address
    document = store(by=person(Role.AUTHOR, "14"), owner=regions["14"], name="a.pdf", content=PDF)
    assert document.scan_state == ScanState.WAITING
    with pytest.raises(WrongState, match=r"Filen väntar på viruskontroll: a\.pdf är sparad"):
        served(document)


def test_a_clean_file_is_cleared_and_served(address, settings, keep):
    settings.CLAMD = address
    document = keep()
    assert (document.scan_state, document.infection) == (ScanState.CLEAN, "")
    assert document.scanned_at is not None
    assert verbs() == ["stored", "cleared_file"]
    assert served(document).content == PDF


def test_an_infected_file_is_kept_and_never_served(address, settings, keep):
    settings.CLAMD = address
    document = keep(SICK)
    assert document.scan_state == ScanState.INFECTED
    assert document.infection.startswith(SIGNATURE)
    assert verbs() == ["stored", "found_virus"]
    assert Event.objects.last().details["infection"] == document.infection
    with pytest.raises(WrongState, match=f"Virus hittat i a.pdf .{SIGNATURE}.*Ladda upp en ren fil"):
        served(document)


def test_an_infected_upload_is_refused_at_the_door(address, settings):
    settings.CLAMD = address
    with pytest.raises(DoesNotHold, match=f"Viruskontrollen hittade {SIGNATURE}.*ladda upp en ren fil"):
        read_upload(SimpleUploadedFile("a.pdf", SICK))
    assert read_upload(SimpleUploadedFile("a.pdf", PDF)) == PDF


def test_when_the_scanner_is_gone_the_file_is_kept_waits_and_is_scanned_later(address, settings, keep, capsys):
    settings.CLAMD = "127.0.0.1:1"
    assert read_upload(SimpleUploadedFile("a.pdf", SICK)) == SICK
    sick, well = keep(SICK), keep(PDF)
    assert sick.scan_state == well.scan_state == ScanState.WAITING
    for document in (sick, well):
        with pytest.raises(WrongState, match="väntar på viruskontroll"):
            served(document)
    with pytest.raises(CommandError, match="2 filer fick inget besked"):
        call_command("scan_waiting")
    settings.CLAMD = address
    call_command("scan_waiting")
    assert "Utan virus: 1. Virus hittat: 1. Utan besked: 0." in capsys.readouterr().out
    sick.refresh_from_db()
    well.refresh_from_db()
    assert (sick.scan_state, well.scan_state) == (ScanState.INFECTED, ScanState.CLEAN)
    assert verbs() == ["stored", "stored", "found_virus", "cleared_file"]
    call_command("scan_waiting")
    assert "Utan virus: 0. Virus hittat: 0. Utan besked: 0." in capsys.readouterr().out


def test_a_waiting_file_stays_in_quarantine_when_the_scanner_is_taken_away(settings, keep):
    settings.CLAMD = "127.0.0.1:1"
    document = keep()
    settings.CLAMD = ""
    with pytest.raises(WrongState, match="väntar på viruskontroll"):
        served(document)
    with pytest.raises(CommandError, match=r"HEMTAG_CLAMD är inte satt\. 1 filer väntar"):
        call_command("scan_waiting")


def test_what_was_stored_before_there_was_a_scanner_is_scanned_by_the_command(address, settings, keep):
    document = keep(SICK)
    settings.CLAMD = address
    call_command("scan_waiting")
    document.refresh_from_db()
    assert document.scan_state == ScanState.INFECTED


def test_a_false_alarm_is_cleared_by_scanning_again(address, settings, keep, tmp_path):
    settings.CLAMD = address
    document = keep()
    Document.objects.update(scan_state=ScanState.INFECTED, infection="Wrong")
    call_command("scan_waiting")
    document.refresh_from_db()
    assert document.scan_state == ScanState.INFECTED
    call_command("scan_waiting", again=True)
    document.refresh_from_db()
    assert (document.scan_state, document.infection) == (ScanState.CLEAN, "")


def test_what_hemtag_has_typeset_itself_is_not_scanned(settings, keep):
    settings.CLAMD = "127.0.0.1:1"
    document = keep(made_here=True)
    assert document.scan_state == ScanState.MADE_HERE
    assert served(document).content == PDF


def test_damaged_bytes_get_no_verdict(address, settings, keep, capsys):
    document = keep()
    (settings.MEDIA_ROOT / document.sha256[:2] / document.sha256).write_bytes(b"other")
    settings.CLAMD = address
    with pytest.raises(CommandError, match="1 filer fick inget besked"):
        call_command("scan_waiting")
    assert "missing or damaged" in capsys.readouterr().err


def test_every_state_says_where_it_can_go_and_nothing_becomes_unscanned_again():
    assert set(SCAN_NEXT) == set(ScanState.values)
    assert set().union(*SCAN_NEXT.values()) == {ScanState.CLEAN, ScanState.INFECTED}
