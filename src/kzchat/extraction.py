"""A file's bytes in, its text out, with what the format says about it; or NoText with the reason and the remedy.

Plain text is the file to the letter (a byte order mark included). Markdown, HTML and PDF become readable text, one
paragraph a line or more, always the same for the same bytes: offsets point into that text.
"""

import re
import shlex
from pathlib import PurePosixPath

from kzchat.extracted import Extracted, NoText

SUFFIXES = frozenset({".txt", ".md", ".markdown", ".html", ".htm", ".pdf"})

# The letters that are most frequent in texts of an encoding: the share of the bytes above 127 that they are tells it.
_FREQUENT = {
    "WINDOWS-1251": "оеаинтсрвл",
    "KOI8-R": "оеаинтсрвл",
    "CP866": "оеаинтсрвл",
    "WINDOWS-1256": "اليمونترة",
    "ISO-8859-1": "éèàêçîôùâï«»\u00a0É",
    "WINDOWS-1252": "éèàêçîôùâï«»\u00a0É’“”–œ",
    "MACINTOSH": "éèàêçîôùâï«»\u00a0É’“”–œ",
}
_DECLARED = re.compile(rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)


def extract(file: str, content: bytes) -> Extracted:
    """The text of one file, read as its suffix says; a name with any other suffix is plain text.

    Raises:
        NoText: it is damaged, encrypted, binary, empty, or in another encoding than UTF-8.
    """
    if not content.strip():
        raise NoText("it is empty", "put the article's text in it, or delete it")
    suffix = PurePosixPath(file).suffix.lower()
    if suffix == ".pdf":
        from kzchat import pdf_text

        extracted = pdf_text.extract(content)
    elif suffix in {".html", ".htm"}:
        from kzchat import web_text

        extracted = web_text.extract(_decode_page(file, content))
    elif suffix in {".md", ".markdown"}:
        from kzchat import markdown_text

        extracted = markdown_text.extract(decode_text(file, content))
    else:
        extracted = Extracted(decode_text(file, content))
    if not extracted.text.strip("\ufeff \t\r\n\u00a0"):
        raise NoText("it holds no text", "put the article's text in it, or delete it")
    return extracted


def decode_text(file: str, content: bytes) -> str:
    """UTF-8 bytes as they are.

    Raises:
        NoText: the bytes are binary, or text in another encoding; with the command that converts it.
    """
    if encoding := _utf16(content):
        raise _wrong_encoding(file, encoding)
    control = sum(content.count(byte) for byte in (*range(9), *range(14, 27), *range(28, 32)))
    if b"\x00" in content or control > len(content) // 20:
        raise NoText("it is a binary file, not text", "save the article as UTF-8 text, or delete the file")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        if _mostly_utf8(content):
            raise NoText(
                f"its UTF-8 text is damaged at byte {error.start:,}",
                f"drop the damaged bytes: {_iconv(file, '-c -f UTF-8 -t UTF-8')}",
            ) from error
        raise _wrong_encoding(file, _looks_like(content)) from error


def _decode_page(file: str, content: bytes) -> str:
    """HTML may say what its encoding is."""
    if content.startswith(b"%PDF-"):
        raise NoText("it is a PDF with the name of a web page", "give it the suffix .pdf")
    declared = _DECLARED.search(content[:4096])
    if declared and not content.startswith(b"\xef\xbb\xbf"):
        try:
            return content.decode(declared[1].decode("ascii"))
        except (LookupError, UnicodeError):
            pass  # pages are often wrong about it: then it has to be UTF-8
    return decode_text(file, content)


def _wrong_encoding(file: str, encoding: str) -> NoText:
    return NoText(
        f"it is not UTF-8 text, it looks like {encoding}", f"convert it: {_iconv(file, f'-f {encoding} -t UTF-8')}"
    )


def _iconv(file: str, options: str) -> str:
    name = shlex.quote(f"./{file}" if file.startswith("-") else file)
    copy = shlex.quote(f"./{file}.utf8" if file.startswith("-") else f"{file}.utf8")
    return f"iconv {options} {name} > {copy} && mv {copy} {name}"


def _utf16(content: bytes) -> str | None:
    """UTF-16 or UTF-32 by its byte order mark, or by every other byte naming the block of a letter."""
    if content.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return "UTF-32"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    even, odd = content[0:4000:2], content[1:4000:2]
    for high, low, name in ((odd, even, "UTF-16LE"), (even, odd, "UTF-16BE")):
        in_block = sum(high.count(block) for block in (0, 4, 6))  # Latin, Cyrillic, Arabic
        if len(content) >= 8 and 0 in high and in_block > 0.8 * len(high) and low.count(0) < 0.05 * len(low):
            return name
    return None


def _mostly_utf8(content: bytes) -> bool:
    """Whether most of what is not ASCII is good UTF-8."""
    text = content.decode("utf-8", errors="replace")
    good = sum(1 for character in text if character > "\x7f" and character != "\ufffd")
    return good > 4 * text.count("\ufffd")


def _looks_like(content: bytes) -> str:
    """The encoding in which the bytes above 127 are the most plausible letters."""
    high = bytes(byte for byte in content[:20_000] if byte > 127)

    def plausible(encoding: str) -> float:
        text = high.decode(encoding, errors="replace")
        return sum(text.count(letter) for letter in _FREQUENT[encoding]) / len(text)

    return max(_FREQUENT, key=plausible)  # the first of equals: ISO-8859-1 before its extension
