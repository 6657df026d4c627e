"""Looking at a page as different people do: phone and desk, light and dark, with and without eyes."""

from collections.abc import Iterator
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

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


def violations(page: Page) -> list[dict[str, Any]]:
    options = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
    return list(Axe().run(page, options=options).response["violations"])


def assert_axe_clean(page: Page, seen_as: str = "") -> None:
    """No violation of WCAG 2.0–2.2 A and AA, or a report with rule, element and what to do."""
    lines = []
    for violation in violations(page):
        lines.append(f"{violation['id']} ({violation['impact']}): {violation['help']}")
        for node in violation["nodes"][:5]:
            why = " ".join(node["failureSummary"].split())
            lines.append(f"    {' '.join(map(str, node['target']))}\n    {node['html'][:160]}\n    {why}")
    assert not lines, f"{seen_as or page.url}: {len(lines)} lines of accessibility faults\n" + "\n".join(lines)


def assert_no_sideways_scroll(page: Page, width: int = 320) -> None:
    """The page itself never scrolls sideways; a wide table may scroll inside its own frame."""
    page.set_viewport_size({"width": width, "height": 800})
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide at {width} px"


def weight(page: Page, url: str) -> dict[str, int]:
    """Bytes over the wire per address at a first visit, as encoded (headers included)."""
    session = page.context.new_cdp_session(page)
    addresses: dict[str, str] = {}
    sizes: dict[str, int] = {}
    session.on("Network.requestWillBeSent", lambda e: addresses.update({e["requestId"]: e["request"]["url"]}))
    session.on(
        "Network.loadingFinished",
        lambda e: sizes.update({addresses.get(e["requestId"], e["requestId"]): int(e["encodedDataLength"])}),
    )
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.goto(url, wait_until="networkidle")
    session.detach()
    return sizes


def assert_light(page: Page, url: str, most: int = HEAVIEST_PAGE) -> None:
    sizes = weight(page, url)
    assert sizes, f"{url}: nothing was loaded"
    total = sum(sizes.values())
    table = "\n".join(f"{size:>9} {address}" for address, size in sorted(sizes.items(), key=lambda pair: -pair[1]))
    assert total <= most, f"{url} weighs {total} bytes, more than {most}:\n{table}"
