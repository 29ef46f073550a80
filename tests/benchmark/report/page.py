"""Reads a page as a browser would: its elements, its words, its policy."""

import base64
import hashlib
from html.parser import HTMLParser

VOID = {"meta", "img", "input", "br", "link", "hr"}


class Page(HTMLParser):
    """The elements of a page, and the texts between them.

    Attributes:
        elements: (tag, attributes) of each element.
        texts: (path of tags, text) of each text.
        unclosed: Tags that are open at the end.
    """

    def __init__(self, text):
        super().__init__()
        self.elements, self.texts, self.unclosed = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        """Note an element."""
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.unclosed.append(tag)

    def handle_startendtag(self, tag, attrs):
        """Note one that closes itself."""
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        """Check that it is the one that was opened last."""
        assert self.unclosed.pop() == tag

    def handle_data(self, data):
        """Note a text and where it is."""
        self.texts.append((tuple(self.unclosed), data))

    def find(self, tag, **wanted):
        """Attributes of all elements of a tag that have some values."""
        return [
            attributes
            for found, attributes in self.elements
            if found == tag and all(attributes.get(k) == v for k, v in wanted.items())
        ]

    def words(self):
        """All that a reader sees, in one line."""
        seen = [t for path, t in self.texts if not {"script", "style"} & set(path)]
        return " ".join(" ".join(seen).split())

    def inside(self, tag):
        """Texts right in elements of a tag."""
        return [text for path, text in self.texts if path and path[-1] == tag]

    def policy(self):
        """Its content security policy, by directive."""
        (meta,) = self.find("meta", **{"http-equiv": "Content-Security-Policy"})
        parts = [part.split() for part in meta["content"].split(";")]
        return {name: values for name, *values in parts}


def hash_source(text):
    """As a policy names an inline script or style."""
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"
