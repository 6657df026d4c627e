"""Somebody who uses the site by its words: opens pages, follows links, fills in fields by their labels, presses buttons.

No browser: pages are fetched with Django's test client and read from their HTML, as they are without script or style.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

VOID = {"br", "hr", "img", "input", "link", "meta", "col", "path", "rect", "line", "circle", "use"}


class Node:
    """An element with its attributes, and its children and texts in order."""

    def __init__(self, tag: str, attributes: dict[str, str], parent: Node | None) -> None:
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.parts: list[Node | str] = []

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")

    def has(self, name: str) -> bool:
        return name in self.attributes

    @property
    def text(self) -> str:
        words = " ".join(part if isinstance(part, str) else part.text for part in self.parts)
        return re.sub(r"\s+", " ", words).strip()

    def all(self, *tags: str) -> Iterator[Node]:
        for part in self.parts:
            if isinstance(part, Node):
                if part.tag in tags:
                    yield part
                yield from part.all(*tags)

    def within(self, tag: str) -> Node | None:
        node = self.parent
        while node is not None and node.tag != tag:
            node = node.parent
        return node


class Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.root = self.here = Node("document", {}, None)
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.parts.append(node)
        if tag not in VOID:
            self.here = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.here.parts.append(Node(tag, {name: value or "" for name, value in attrs}, self.here))

    def handle_endtag(self, tag: str) -> None:
        node: Node | None = self.here
        while node is not None and node.tag != tag:
            node = node.parent
        if node is not None and node.parent is not None:
            self.here = node.parent

    def handle_data(self, data: str) -> None:
        self.here.parts.append(data)


class Visitor:
    """A person, or anyone, with one page open."""

    def __init__(self, person: Any = None) -> None:
        self.client = Client()
        if person is not None:
            self.client.force_login(person)
        self.status, self.address, self.page = 0, "/", Node("document", {}, None)
        self.typed: dict[int, Any] = {}

    def _shows(self, response: Any) -> None:
        if response.redirect_chain:
            self.address = urljoin(self.address, response.redirect_chain[-1][0])
        self.status = response.status_code
        self.page = Reader(response.content.decode()).root
        self.typed = {}

    def open(self, address: str) -> Visitor:
        self.address = urljoin(self.address, address)
        self._shows(self.client.get(self.address, follow=True))
        return self

    @property
    def main(self) -> Node:
        return next(self.page.all("main"))

    def sees(self, *texts: str) -> None:
        shown = self.main.text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
        for text in texts:
            assert text in shown, f"{self.address} does not say {text!r}:\n{shown}"

    def does_not_see(self, text: str) -> None:
        assert text not in self.main.text, f"{self.address} says {text!r}"

    def row(self, text: str) -> str:
        return next(row.text for row in self.main.all("tr") if text in row.text)

    def follow(self, start: str) -> Visitor:
        links = [link for link in self.main.all("a") if link.text.startswith(start)]
        assert links, f"{self.address} has no link {start!r}: {[link.text for link in self.main.all('a')]}"
        return self.open(links[0].get("href"))

    # ------------------------------------------------------------ forms

    def _labelled(self, label: str, within: str = "") -> Node:
        by_id = {node.get("id"): node for node in self.main.all("input", "textarea", "select")}
        found = [by_id[node.get("for")] for node in self.main.all("label") if node.text.startswith(label)]
        found += [node for node in by_id.values() if node.get("aria-label").startswith(label)]
        if within:
            found = [node for node in found if (group := node.within("fieldset")) and group.text.startswith(within)]
        assert found, f"{self.address} has no field {label!r}: {[node.text for node in self.main.all('label')]}"
        return found[0]

    def write(self, texts: dict[str, str], within: str = "") -> None:
        for label, text in texts.items():
            self.typed[id(self._labelled(label, within))] = text

    def tick(self, label: str, within: str = "") -> None:
        self.typed[id(self._labelled(label, within))] = True

    def select(self, label: str, option: str, within: str = "") -> None:
        field = self._labelled(label, within)
        self.typed[id(field)] = next(each.get("value") for each in field.all("option") if each.text == option)

    def attach(self, label: str, name: str, content: bytes) -> None:
        self.typed[id(self._labelled(label))] = SimpleUploadedFile(name, content, "application/pdf")

    def cells(self, heading: str) -> list[Node]:
        """The fields of a grid whose row and column headings together say this."""
        words = {node.get("id"): node.text for node in self.main.all("th")}
        fields = [node for node in self.main.all("input") if node.has("aria-labelledby")]
        return [
            node for node in fields if heading in " ".join(words[part] for part in node.get("aria-labelledby").split())
        ]

    def fill(self, cells: list[Node], text: str) -> None:
        assert cells, f"{self.address} has no such cells:\n{self.main.text}"
        self.typed |= {id(cell): text for cell in cells}

    def press(self, name: str) -> Visitor:
        buttons = [button for button in self.main.all("button") if button.text == name]
        assert buttons, f"{self.address} has no button {name!r}: {[b.text for b in self.main.all('button')]}"
        form = buttons[0].within("form")
        assert form is not None
        sent = dict(self._sent(form))
        if buttons[0].get("name"):
            sent[buttons[0].get("name")] = [buttons[0].get("value")]
        self.address = urljoin(self.address, form.get("action"))
        self._shows(self.client.post(self.address, sent, follow=True))
        return self

    def _sent(self, form: Node) -> dict[str, list[Any]]:
        """What a browser would send: typed values, else those the page came with."""
        sent: dict[str, list[Any]] = {}
        radios = {node.get("name") for node in form.all("input") if self.typed.get(id(node)) is True}
        for node in form.all("input", "textarea", "select"):
            value = self._value(node, radios)
            if value is not None and node.get("name"):
                sent.setdefault(node.get("name"), []).append(value)
        return sent

    def _value(self, node: Node, chosen: set[str]) -> Any:
        typed, kind = self.typed.get(id(node)), node.get("type")
        if kind in {"radio", "checkbox"}:
            kept = node.has("checked") and not (kind == "radio" and node.get("name") in chosen)
            if not (typed or kept):
                return None
            return node.get("value") if node.has("value") else "on"
        if typed is not None or kind == "file":
            return typed
        if node.tag == "select":
            options = list(node.all("option"))
            return next((each for each in options if each.has("selected")), options[0]).get("value")
        if node.tag == "textarea":
            return "".join(part for part in node.parts if isinstance(part, str))
        return node.get("value")
