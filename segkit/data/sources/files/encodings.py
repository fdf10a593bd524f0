"""In which encoding a text file is written, found by looking at its bytes.

The whole file is looked through once, which costs little and decides whether the engine can
read it as it is (UTF-8, plain line ends) or Python has to decode it. Encodings of one byte per
letter are told apart by the words they give: letters of one alphabet, capitals only at the
start, the letters that Russian uses most.
"""

import codecs
import gzip
import re
from dataclasses import dataclass

from segkit.data import messages

NAMES = {
    "cp1251": "Windows Cyrillic (cp1251)",
    "cp1252": "Windows Western (cp1252)",
    "cp866": "DOS Cyrillic (cp866)",
    "koi8_r": "KOI8-R",
    "mac_cyrillic": "Macintosh Cyrillic",
    "mac_roman": "Macintosh Western",
}
"""Encodings of one byte per letter that are told apart, the likeliest first, in words."""

SAID = {**NAMES, "cp932": "Japanese (Shift-JIS)"}
"""… and the one of two bytes."""
RUBBISH = 20
"""One sign in so many that no text has: it is no text. Single ones in ids are left out."""

BLOCK, SAMPLE = 1 << 20, 1 << 18
"""Bytes read at a time, and bytes that are judged."""

_WORD = re.compile(r"[^\W\d_]+")
_RUSSIAN = set("абвгдежзийклмнопрстуфхцчшщъыьэюяё")
_COMMON = set("оеаинтсрвлкм")
_WESTERN = set("äöüßéèêàâçñóíáúôîïëõãåæøœìòùûÿ")
_MARKS = set("«»—–№…“”„‘’‚€£₽°·•©®™§±×\u00a0\u202f¿¡´")


@dataclass
class Scan:
    """What the bytes of a file tell: counts over the whole file, its head, suspicious lines."""

    head: bytes = b""
    odd: bytes = b""
    utf8: bool = True
    size: int = 0
    lf: int = 0
    cr: int = 0
    crlf: int = 0
    nul: int = 0
    tail: bytes = b""


def opened(path):
    """Open a file for bytes, unpacking .gz on the way."""
    with open(path, "rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if packed else open(path, "rb")


def scan(path):
    """Look through a whole file once; see `Scan`."""
    found, decoder = Scan(), codecs.getincrementaldecoder("utf-8")()
    with opened(path) as file:
        while block := file.read(BLOCK):
            _count(found, block)
            if found.utf8:
                found.utf8 = _decodes(decoder, block)
            if len(found.head) < SAMPLE:
                found.head += block[:SAMPLE]
            if len(found.odd) < SAMPLE and not block.isascii():
                found.odd += _odd_lines(block)
            found.tail = (found.tail + block)[-64:]
    if found.utf8:
        found.utf8 = _decodes(decoder, b"", final=True)
    return found


def _count(found, block):
    found.size += len(block)
    found.lf += block.count(b"\n")
    if b"\r" in block:
        found.cr += block.count(b"\r")
        found.crlf += block.count(b"\r\n")
    if found.tail[-1:] == b"\r" and block[:1] == b"\n":
        found.crlf += 1
    found.nul += block.count(b"\0")


def _decodes(decoder, block, *, final=False):
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _odd_lines(block):
    """Keep only lines with other bytes than ASCII: they tell the encoding."""
    lines = (line for line in re.split(rb"[\r\n]+", block) if not line.isascii())
    return b"\n".join(lines)[:SAMPLE]


def told(seen, wanted, label):
    """Tell the encoding of a file that was looked through: (Python's name, notes in words).

    `wanted` is what the study says; raises StudyError when that is no encoding.
    """
    if wanted:
        try:
            return codecs.lookup(wanted).name.replace("-", "_"), []
        except LookupError:
            raise messages.error("unknown encoding", label=label, wanted=wanted) from None
    for mark, name in ((codecs.BOM_UTF8, "utf_8_sig"), (codecs.BOM_UTF16_LE, "utf_16"),
                       (codecs.BOM_UTF16_BE, "utf_16")):  # fmt: skip
        if seen.head.startswith(mark):
            return name, [] if name == "utf_8_sig" else ["read as UTF-16"]
    if wide := _wide(seen.head):
        return wide, ["read as UTF-16, though nothing in the file says so"]
    if seen.utf8:
        return "utf_8", []
    if _nearly_utf8(seen.odd):
        return "utf_8", ["read as UTF-8, but some bytes are not: those rows are set aside"]
    best = "cp932" if _japanese(seen.odd) else narrow(seen.odd)
    return best, [f"read as {SAID[best]}"]


def _wide(head):
    """Tell UTF-16 without a mark: the high byte of nearly every letter is 0 or 4."""
    for name, start in (("utf_16_le", 1), ("utf_16_be", 0)):
        high = head[start::2]
        if len(high) > 3 and b"\0" in high:
            plain = sum(high.count(byte) for byte in (b"\0", b"\x04", b"\x20"))
            if plain > 0.9 * len(high) and head[1 - start :: 2].count(b"\0") < len(high) / 10:
                return name
    return None


def _nearly_utf8(odd):
    text = odd.decode("utf-8", errors="surrogateescape")
    bad = sum("\udc80" <= letter <= "\udcff" for letter in text)
    good = sum(not letter.isascii() for letter in text) - bad
    return good > 5 * bad


def narrow(odd):
    """Tell the encoding of bytes that are not UTF-8, by the words each one gives."""
    points = {name: _points(odd[:20_000], name) for name in NAMES}
    best = max(points, key=points.get)
    if points[best] > 0:
        return best
    from charset_normalizer import from_bytes

    guess = from_bytes(odd[:20_000], cp_isolation=list(NAMES)).best()
    return guess.encoding if guess and guess.encoding in NAMES else best


def _japanese(odd):
    """Tell Shift-JIS: nothing in it is wrong, and every sixth wide letter or more is a kana.

    Cyrillic and Western bytes give half-width kana and rare ideographs where they decode at all.
    """
    lines = odd[:20_000].rpartition(b"\n")[0] or odd
    try:
        wide = [c for c in lines.decode("cp932") if not c.isascii()]
    except UnicodeDecodeError:
        return False
    half = sum("\uff61" <= c <= "\uff9f" for c in wide)
    kana = sum("\u3041" <= c <= "\u30fe" for c in wide)
    return len(wide) >= 6 and kana * 6 >= len(wide) and half * 10 <= len(wide)


def _points(odd, encoding):
    text = odd.decode(encoding, errors="replace")
    total = sum(_word_points(word) for word in _WORD.findall(text) if not word.isascii())
    marks = (c for c in text if not c.isascii() and not c.isalpha())
    return total + sum(0.2 if mark in _MARKS else -1 for mark in marks)


def _word_points(word):
    """Rate one word: its letters if they fit together, less than nothing if they do not."""
    lower, odd = word.lower(), [c for c in word.lower() if not c.isascii()]
    if len(word) == 1:  # a lone byte is a sign, such as that of a currency, sooner than a letter
        return 0
    cased = word in (lower, word.upper(), word[:1].upper() + lower[1:])
    if cased and set(lower) <= _RUSSIAN:
        common = sum(letter in _COMMON for letter in lower)
        return common + 0.2 * sum(letter.islower() for letter in word) + 0.1
    fits = set(odd) <= _WESTERN and (len(odd) <= len(word) / 2 or len(word) < 3)
    return len(odd) if cased and fits else -len(odd)


def decoded(seen, encoding, label):
    """Decode the head of a file, and refuse what is no text."""
    text = seen.head.decode(encoding, errors="replace").lstrip("\ufeff")
    if encoding.startswith("utf_16"):
        text = text[:-1] if len(seen.head) < seen.size else text
    rubbish = sum(c < " " and c not in "\t\r\n\0\x1a\x0c\x0b\x1b" for c in text[:20_000])
    if rubbish * RUBBISH > len(text[:20_000]) or text.count("\0") * 2 > len(text):
        raise messages.error("no text", label=label)
    return text.replace("\0", "").strip("\x1a")
