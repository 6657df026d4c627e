"""How quickly pages come, from two processes under production settings, on a database with 300 applications.

For each page: requests per second and the time of the middle and of the slowest twentieth answer, for one visitor and
for eight at once; how many SQL queries it takes, with few rows and with 300; and how it compares with the least that
Django can answer, served by the same server in the same run. Server and visitors share this machine's cores.
"""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import load
from bench.many import make
from bench.place import own_place

ROOT = Path(__file__).resolve().parents[1]
MANY = 300
VISITORS = (1, 8)

# What is measured: name, who looks (a role in organisations.Role, or nobody), and the address.
# {application} is the joint application of all 21 regions, looked at by its responsible region.
PAGES: tuple[tuple[str, str, str], ...] = (
    ("start", "", "/"),
    (f"list of {MANY} applications", "CASE_OFFICER", "/beredning/2026/"),
    ("one application", "REPRESENTATIVE", "/ansokningar/{application}/"),
    ("one application in preparation", "CASE_OFFICER", "/beredning/2026/ansokan/{application}/"),
    ("prioritisation", "CASE_OFFICER", "/beredning/2026/prioritering/"),
)
PREPARE = (["migrate", "--verbosity", "0"], ["seed"])


def tell(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)


def manage(arguments: list[str]) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, check=True, stdout=sys.stderr)


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@contextmanager
def served(application: str) -> Iterator[str]:
    """The application behind gunicorn as `make run` has it; stopped when we are done."""
    port = free_port()
    command = [
        *(Path(sys.executable).with_name("gunicorn"), "--config", ROOT / "scripts" / "gunicorn.conf.py"),
        *("--bind", f"127.0.0.1:{port}", application),
    ]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=sys.stderr)
    try:
        for _ in range(300):
            if server.poll() is not None:
                raise RuntimeError(f"the server of {application} stopped at once, with {server.returncode}")
            with socket.socket() as door:
                if door.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        else:
            raise RuntimeError(f"the server of {application} did not answer within 30 s")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def joint_application() -> Any:
    """The first application of the documents, in which all 21 regions take part."""
    from hemtag.grants.models import Application

    return Application.objects.select_related("submission").order_by("is_invented", "number")[0]


def somebody(role: str) -> Any:
    """A person of the demo round with this role; a region's role in the region responsible for the joint application."""
    from hemtag.organisations.models import Kind, Membership, Role

    held = Membership.objects.filter(role=Role[role], ends_on=None).order_by("pk")
    responsible = joint_application().submission.responsible_id
    ours = held.filter(organisation_id=responsible) if held[0].organisation.kind == Kind.REGION else held
    return ours[0].person


def client_of(role: str) -> Any:
    from django.test import Client

    client = Client()
    if role:
        client.force_login(somebody(role))
    return client


def address(pattern: str) -> str:
    return pattern.format(application=joint_application().number)


def queries(pattern: str, role: str) -> int:
    """How many SQL queries the page takes, the session's own included, once its process is warm."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, url = client_of(role), address(pattern)
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
    if response.status_code != 200:
        raise RuntimeError(f"{url} answered {response.status_code}")
    return len(captured)


def speed(url: str, cookie: str = "") -> dict[str, Any]:
    load.put(url, 2, cookie, requests=load.WARM_UP)
    figures: dict[str, Any] = {}
    for visitors in VISITORS:
        outcome = load.put(url, visitors, cookie)
        figures[f"visitors_{visitors}"] = outcome.figures()
        figures["bytes_sent"] = outcome.bytes_sent
    return figures


def ratio(page: dict[str, Any], yardstick: dict[str, Any]) -> dict[str, float]:
    """How many times the yardstick: the middle answer for one visitor, the throughput for eight."""
    return {
        "p50_visitors_1": round(page["visitors_1"]["p50_ms"] / yardstick["visitors_1"]["p50_ms"], 2),
        "throughput_visitors_8": round(
            yardstick["visitors_8"]["requests_per_second"] / page["visitors_8"]["requests_per_second"], 2
        ),
    }


def measure() -> dict[str, Any]:
    with own_place(demo=True):
        return _measure()


def _measure() -> dict[str, Any]:
    for arguments in PREPARE:
        tell(f"manage.py {arguments[0]} …")
        manage(arguments)
    import django
    from django.conf import settings
    from django.db import connection

    django.setup()
    # The test client asks for this host; everything else is as in production.
    settings.ALLOWED_HOSTS = ["testserver", *settings.ALLOWED_HOSTS]
    few = {name: queries(pattern, role) for name, role, pattern in PAGES}
    connection.close()
    tell(f"{MANY} applications …")
    make(MANY)
    connection.close()

    pages: dict[str, Any] = {}
    with served("bench.minimal:application") as minimal, served("hemtag.config.wsgi") as site:
        tell("the least that Django can answer …")
        yardstick = speed(minimal + "/")
        for name, role, pattern in PAGES:
            tell(f"{name} …")
            client = client_of(role)
            cookie = "; ".join(f"{key}={morsel.value}" for key, morsel in client.cookies.items())
            url = address(pattern)
            pages[name] = {"address": url, **speed(site + url, cookie)}
            pages[name]["queries"] = queries(pattern, role)
            pages[name]["queries_with_few_rows"] = few[name]
            pages[name]["times_the_yardstick"] = ratio(pages[name], yardstick)
    connection.close()
    return {"applications": MANY, "processes": 2, "yardstick": yardstick, "pages": pages}
