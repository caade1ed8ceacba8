"""Looking for words in bytes, however they are written there."""

import base64
import binascii
import codecs
import gzip
import html
import json
import quopri
import re
import zlib
from contextlib import suppress
from email import message_from_bytes
from urllib.parse import quote

LONGEST_STREAM = 16 * 1024 * 1024


def spellings(word):
    """Every way in which a word is looked for: by name, as bytes; ways that look alike are there once."""
    raw = word.encode()
    ways = {"UTF-8": raw}
    for codec in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        ways[codec.upper()] = word.encode(codec)
    ways |= {"upper case": word.upper().encode(), "backwards": word[::-1].encode()}
    ways |= {"rot13": codecs.encode(word, "rot13").encode()}
    for shift in range(3):
        inner = _inside(base64.b64encode, 3, raw, shift, bits=6)
        ways |= {f"base64, moved by {shift}": inner}
        ways |= {f"base64 for addresses, moved by {shift}": inner.translate(bytes.maketrans(b"+/", b"-_"))}
    for shift in range(5):
        ways[f"base32, moved by {shift}"] = _inside(base64.b32encode, 5, raw, shift, bits=5)
    ways |= {"hex": raw.hex().encode(), "HEX": raw.hex().upper().encode(), "hex, apart": raw.hex(" ").encode()}
    ways |= {"percent": quote(word, safe="").encode(), "percent, all": _each("%%%02X", raw)}
    ways |= {"percent, lower case": quote(word, safe="").lower().encode()}
    ways |= {"HTML": html.escape(word).encode(), "HTML, by number": _each("&#%d;", map(ord, word))}
    ways |= {"HTML, by hex number": _each("&#x%x;", map(ord, word))}
    ways |= {"JSON": json.dumps(word)[1:-1].encode(), "JSON, twice": json.dumps(json.dumps(word)[1:-1])[1:-1].encode()}
    ways |= {"repr of bytes": repr(raw)[2:-1].encode(), "octal": _each("\\%03o", raw)}
    ways |= {"unicode_escape": word.encode("unicode_escape"), "hex escapes": _each("\\x%02x", raw)}
    ways |= {"quoted-printable": quopri.encodestring(raw), "quoted-printable, all": _each("=%02X", raw)}
    return {name: spelled for spelled, name in {spelled: name for name, spelled in reversed(ways.items())}.items()}


def _inside(encode, period, raw, shift, *, bits):
    """What stays the same of an encoded word when other bytes stand before and behind it."""
    first, last = -(-shift * 8 // bits), (shift + len(raw)) * 8 // bits
    return encode(bytes(shift) + raw + bytes(-(shift + len(raw)) % period))[first:last]


def _each(template, numbers):
    return "".join(template % number for number in numbers).encode()


class Search:
    """Looks for ``words``, a dict by name. Those that hold one of ``marks`` are looked for by it, which spares time."""

    def __init__(self, words, *, marks=()):
        self._marks = {mark: spellings(mark) for mark in marks}
        self._marked = {mark: {name: word for name, word in words.items() if mark in word} for mark in marks}
        marked = {name for held in self._marked.values() for name in held}
        self._others = {name: spellings(word) for name, word in words.items() if name not in marked}

    def within(self, data):
        """The (name, spelling) of what is in ``data``; "?" where no more than a mark is whole."""
        found = {(name, way) for name, ways in self._others.items() for way in _ways_in(data, ways)}
        for mark, ways in self._marks.items():
            for way in _ways_in(data, ways):
                found |= {(name, way) for name in self._whole(mark, way, data) or {"?"}}
        return found

    def _whole(self, mark, way, data):
        return {name for name, word in self._marked[mark].items() if spellings(word).get(way, b"\0 no such") in data}

    def all_within(self, data):
        """As ``within``, and also in what is packed or wrapped in ``data``."""
        found = self.within(data)
        for inner in unpacked(data):
            found |= {(name, f"{way}, packed") for name, way in self.within(inner)}
        return found


def _ways_in(data, ways):
    return [way for way, spelled in ways.items() if spelled in data]


_PACKED = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]")
_WRAPPED = re.compile(rb"(?:eJ|eN|eA|H4sI)[A-Za-z0-9+/_-]{20,}")


def unpacked(data):
    """The content of every gzip and zlib stream in ``data``, also of those in base64; and the parts of a mail."""
    for start in _PACKED.finditer(data):
        yield from _stream(data, start.start())
    for text in _WRAPPED.findall(data):
        with suppress(binascii.Error):
            packed = base64.urlsafe_b64decode(text.translate(bytes.maketrans(b"+/", b"-_")) + b"=" * (-len(text) % 4))
            yield from _stream(packed, 0)
    if data.startswith(b"Return-Path:"):
        for part in message_from_bytes(data).walk():
            if content := part.get_payload(decode=True):
                yield content


def _stream(data, start):
    is_gzip = data[start : start + 2] == b"\x1f\x8b"
    opened = zlib.decompressobj(zlib.MAX_WBITS | 16 if is_gzip else zlib.MAX_WBITS)
    content = b""
    with suppress(zlib.error):  # it only looked like one, or it is damaged from here on
        for at in range(start, len(data), 65536):
            content += opened.decompress(data[at : at + 65536], LONGEST_STREAM)
            if opened.eof or len(content) > LONGEST_STREAM:
                break
    if content:
        yield content


def packings(content):
    """Content as the search has to find it though no letter of it is there: for the tests of the search."""
    return {
        "gzip": b"before" + gzip.compress(content) + b"after",
        "zlib": b"before" + zlib.compress(content) + b"after",
        "zlib in base64": b'{"a": ".' + base64.urlsafe_b64encode(zlib.compress(content)).rstrip(b"=") + b'"}',
        "mail in base64": b"Return-Path: <a@b>\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(b"Hello " + content),
        "mail, quoted-printable": b"Return-Path: <a@b>\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        + quopri.encodestring(b"." * 61 + content),
    }
