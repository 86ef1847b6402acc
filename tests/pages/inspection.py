"""Finds what is alive in a page, by another parser than the one that cleaned it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

LIVE = (
    "script iframe frame object embed applet form input button select textarea link base svg math template noscript "
    "video audio source track portal dialog marquee foreignobject animate set use"
)
FETCHES = {"src", "srcset", "href", "action", "formaction", "data", "poster", "background", "ping", "xlink:href"}
DEAD = re.compile(r"#[\w.-]+|https?://|mailto:|data:image/(png|jpeg);base64,[A-Za-z0-9+/=]+$")


class Finder(HTMLParser):
    """Collects complaints. `policy` is the page's Content-Security-Policy, `sheets` how many style elements it has."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.policy = ""
        self.sheets = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One tag with its attributes, entities resolved."""
        given = {name: value or "" for name, value in attrs}
        if tag in LIVE.split() and (tag, given.get("class")) != ("math", "formula"):
            self.found.append(f"<{tag}>")
        if tag == "style":
            self.sheets += 1
        if tag == "meta":
            what = given.get("http-equiv", "")
            if what == "Content-Security-Policy":
                self.policy = given["content"]
            elif what:
                self.found.append(f"meta {what}")
        for name, value in given.items():
            if name.startswith("on"):
                self.found.append(f"{tag} {name}")
            if name in FETCHES and not DEAD.match(value):
                self.found.append(f"{tag} {name}={value[:60]}")
            if tag == "img" and name == "src" and not value.startswith("data:image/"):
                self.found.append(f"img from {value[:60]}")
            if name == "style" and value.strip() not in ("text-align: left", "text-align: right", "text-align: center"):
                self.found.append(f"{tag} style={value[:60]}")

    handle_startendtag = handle_starttag


def inspect(page: str) -> Finder:
    """What of a page is alive."""
    finder = Finder()
    finder.feed(page)
    finder.close()
    return finder
