"""What a browser calls itself, in two words that its owner recognizes."""

# The first that is found counts: most browsers also claim to be others.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)


def device_label(user_agent: str) -> str:
    """Such as "Firefox on macOS"; "A browser" when it says nothing that we know. It is a claim, not a proof."""
    browser, system = _first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)
    if not browser:
        return f"A browser on {system}" if system else "A browser"
    return f"{browser} on {system}" if system else browser


def _first(names, user_agent):
    return next((name for mark, name in names if mark in user_agent), "")
