"""What a page must not do."""

from urllib.parse import urlsplit


def watch(page, base, wrong):
    """Write down in `wrong` what a page does that it must not."""
    host = urlsplit(base).netloc

    def hear(message):
        # The browser logs every answer of 400 and more so: a refusal is no mistake.
        refused = message.text.startswith("Failed to load resource")
        # A server that is killed cuts its sockets.
        cut = message.text.startswith("WebSocket connection to")
        if message.type == "error" and not (refused or cut):
            wrong.append(message.text)

    def ask(request):
        if urlsplit(request.url).netloc not in {host, ""}:
            wrong.append(f"asked {request.url}")

    page.on("console", hear)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", ask)
