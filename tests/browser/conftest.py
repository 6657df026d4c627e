"""A real Chromium before a real server on a database of its own.

`live` serves an empty database, `demo` one with the demo round. Every test gets the database as new, restored from a
copy, so no test sees what another one wrote.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_django
from django.core.handlers.wsgi import WSGIHandler
from django.test.testcases import LiveServerThread
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    Route,
    expect,
    sync_playwright,
)
from whitenoise.compress import Compressor

from tests import databases
from tests.browser.looking import PATIENCE, assert_axe_clean
from tests.browser.serving import Door

ROOT = Path(__file__).resolve().parents[2]
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SAVING = ("/spara/", "/narvaro/", "/kontroller/panel/")
PLACES = (
    "chromium-headless-shell",  # without windows: a page opens ten times cheaper
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def _chromium() -> str:
    for place in (os.environ.get("HEMTAG_CHROMIUM", ""), *PLACES):
        if place and (found := shutil.which(place)):
            return found
    pytest.fail(
        "No Chromium or Chrome was found: `make test` installs or names one, or set HEMTAG_CHROMIUM to its path."
    )


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    path = _chromium()
    expect.set_options(timeout=PATIENCE)
    # Playwright's loop runs in this thread, which Django takes for asynchronous code.
    patch = pytest.MonkeyPatch()
    patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS, chromium_sandbox=False)
        yield chromium
        chromium.close()
    patch.undo()


# ---------------------------------------------------------------- the database, the server


@pytest.fixture(scope="session")
def _server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Door]]:
    """The whole application as production runs it, static files through whitenoise included, on a free port: its
    address, and the door that is open while a test is going on."""
    with databases.one_at_a_time(tmp_path_factory, "static") as folder:
        done = folder / "done"
        if not done.exists():
            compressor = Compressor(use_brotli=False, quiet=True)
            for path in sorted((ROOT / "static").rglob("*")):
                if path.is_file() and compressor.should_compress(path.name):
                    compressor.compress(str(path))
            done.touch()
    door = Door(WSGIHandler())
    server = LiveServerThread("127.0.0.1", static_handler=lambda _media: door)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    yield f"http://127.0.0.1:{server.port}", door
    server.terminate()


@pytest.fixture
def live(
    request: pytest.FixtureRequest,
    _server: tuple[str, Door],
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: pytest_django.DjangoDbBlocker,
) -> Iterator[str]:
    """The address of the served application with an empty database; the test itself may read and write it too."""
    if {"db", "transactional_db"} & set(request.fixturenames):
        pytest.fail("A browser test takes its database from `live` or `demo`: a test's own transaction is elsewhere.")
    address, door = _server
    with django_db_blocker.unblock(), databases.used(databases.empty(tmp_path_factory), tmp_path / "live.sqlite3"):
        door.open()
        try:
            yield address
        finally:
            door.shut()


@pytest.fixture
def demo_at(live: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """`demo_at(stage)`: puts the demo round at a stage in the served database, on the day that it has come to."""

    def put(stage: str) -> str:
        databases.move_in(databases.demo(tmp_path_factory, stage))
        return live

    yield put
    databases.move_out()


@pytest.fixture
def demo(demo_at: Callable[[str], str]) -> str:
    """The same address with the demo round finished."""
    return demo_at("following")


# ---------------------------------------------------------------- pages


class Watch:
    """What must never happen unseen: a broken server, an error in the console, a script that throws, another host."""

    def __init__(self, context: BrowserContext, home: str) -> None:
        self.faults: list[str] = []
        self.home = urlsplit(home).netloc
        context.on("console", self.console)
        context.on("weberror", lambda error: self.faults.append(f"script error: {error.error}"))
        context.on("response", self.response)
        context.route(lambda url: not self.is_home(url), self.refuse)

    def is_home(self, url: str) -> bool:
        parts = urlsplit(url)
        return parts.scheme in {"data", "blob", "about"} or parts.netloc == self.home

    def refuse(self, route: Route, request: Request) -> None:
        self.faults.append(f"request to another host: {request.url}")
        route.abort()

    def response(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"the server broke: {response.status} {response.url}")

    def console(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        # Chromium reports the page's own 403, 404 or 422 as an error too; that answer is what a test may be asking for.
        # So is the answer to a field that saves itself: a clash, a log-in that is gone, a network that is cut.
        place = message.location.get("url", "")
        page = message.page
        own = page is not None and place == page.url
        if message.text.startswith("Failed to load resource") and (own or place.endswith(SAVING)):
            return
        if "net::ERR_INTERNET_DISCONNECTED" in message.text:  # the test itself has cut the line
            return
        self.faults.append(f"console: {message.text} ({place})")


@pytest.fixture
def new_context(browser: Browser, live: str) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browsers of different people: new_context(java_script_enabled=False), new_context(locale="en-GB")."""
    made: list[tuple[BrowserContext, Watch]] = []

    def make(**options: object) -> BrowserContext:
        wanted = {
            "base_url": live,
            "locale": "sv-SE",
            "timezone_id": "Europe/Stockholm",
            "viewport": {"width": 1280, "height": 900},
            "reduced_motion": "reduce",
            **options,
        }
        context = browser.new_context(**wanted)
        context.set_default_timeout(PATIENCE)
        made.append((context, Watch(context, live)))
        return context

    yield make
    faults = [fault for _context, watch in made for fault in watch.faults]
    for context, _watch in made:
        context.close()
    assert not faults, "The browser saw:\n" + "\n".join(faults)


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    return new_context().new_page()


@pytest.fixture
def axe_clean() -> Callable[..., None]:
    return assert_axe_clean
