"""Looking at a page as different people do: phone and desk, light and dark, with and without eyes."""

import functools
from collections.abc import Iterator
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response

WIDTHS = (1280, 375)
SCHEMES = ("light", "dark")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
HEAVIEST_PAGE = 100_000
# ms that an expectation waits at most: a busy machine is no fault.
PATIENCE = 20_000


def in_every_view(page: Page, url: str) -> Iterator[str]:
    """Opens the address at both widths in both colour schemes; yields what it is looked at as."""
    for width in WIDTHS:
        for scheme in SCHEMES:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            answer = page.goto(url)
            assert answer is not None
            assert answer.status == 200, f"{url} answered {answer.status}"
            yield f"{url} at {width} px, {scheme}"


@functools.cache
def _axe() -> str:
    return Axe().axe_script


def violations(page: Page) -> list[dict[str, Any]]:
    """What the rules find; what passes is not told, which takes half the time of a run."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    options = {"runOnly": {"type": "tag", "values": WCAG}, "reporter": "no-passes"}
    return list(page.evaluate("options => axe.run(options).then((found) => found.violations)", options))


def assert_axe_clean(page: Page, seen_as: str = "") -> None:
    """No violation of WCAG 2.0–2.2 A and AA, or a report with rule, element and what to do."""
    lines = []
    for violation in violations(page):
        lines.append(f"{violation['id']} ({violation['impact']}): {violation['help']}")
        for node in violation["nodes"][:5]:
            why = "; ".join(check["message"] for kind in ("any", "all", "none") for check in node[kind])
            lines.append(f"    {' '.join(map(str, node['target']))}\n    {node['html'][:160]}\n    {why}")
    assert not lines, f"{seen_as or page.url}: {len(lines)} lines of accessibility faults\n" + "\n".join(lines)


def assert_no_sideways_scroll(page: Page, width: int = 320) -> None:
    """The page itself never scrolls sideways; a wide table may scroll inside its own frame."""
    page.set_viewport_size({"width": width, "height": 800})
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide at {width} px"


def weighed(page: Page, url: str) -> tuple[Response | None, dict[str, int]]:
    """Opens the address: its answer, and the bytes over the wire per address at a first visit (headers included)."""
    session = page.context.new_cdp_session(page)
    addresses: dict[str, str] = {}
    sizes: dict[str, int] = {}
    waiting: set[str] = set()

    def asked(event: dict[str, Any]) -> None:
        addresses[event["requestId"]] = event["request"]["url"]
        waiting.add(event["requestId"])

    def came(event: dict[str, Any]) -> None:
        sizes[addresses.get(event["requestId"], event["requestId"])] = int(event["encodedDataLength"])
        waiting.discard(event["requestId"])

    session.on("Network.requestWillBeSent", asked)
    session.on("Network.loadingFinished", came)
    session.on("Network.loadingFailed", lambda event: waiting.discard(event["requestId"]))
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    answer = page.goto(url)
    # What the page's scripts fetch as they begin is part of it: at rest is quiet twice in a row.
    quiet = 0
    for _turn in range(PATIENCE // 50):
        page.wait_for_timeout(50)
        quiet = 0 if waiting else quiet + 1
        if quiet == 2:
            break
    assert quiet == 2, f"{url} still waits for {sorted(addresses[one] for one in waiting)}"
    session.detach()
    return answer, sizes


def assert_light(page: Page, url: str, most: int = HEAVIEST_PAGE) -> None:
    """Opens the address, which weighs no more than a slow line carries."""
    answer, sizes = weighed(page, url)
    assert answer is not None
    assert answer.status == 200, f"{url} answered {answer.status}: {page.locator('main').inner_text()[:300]}"
    assert sizes, f"{url}: nothing was loaded"
    total = sum(sizes.values())
    table = "\n".join(f"{size:>9} {address}" for address, size in sorted(sizes.items(), key=lambda pair: -pair[1]))
    assert total <= most, f"{url} weighs {total} bytes, more than {most}:\n{table}"


def assert_looks_right(page: Page) -> None:
    """The page as it stands, with what is open and written: in both colour schemes, at both widths, and narrow."""
    for scheme in SCHEMES:
        for width in WIDTHS:
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 900})
            assert_axe_clean(page, f"{page.url} at {width} px, {scheme}")
    assert_no_sideways_scroll(page, 320)
    page.set_viewport_size({"width": 1280, "height": 900})
