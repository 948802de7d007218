"""Files of every format, made here, to text: what is kept, what is dropped, and what cannot be read."""

import re
import shlex
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from conftest import SEEDS
from kzchat.corpus import content_spans, describe
from kzchat.extracted import Extracted, Hints, NoText
from kzchat.extraction import SUFFIXES, extract
from kzchat.schema import Article

FR = "L’ambassadrice a été reçue à Rabat par le conseiller du roi. Dès février, les échanges « doubleront »."
RU = "Посол Казахстана была принята советником короля. Стороны обсудили торговлю."
AR = "استقبل مستشار جلالة الملك سفيرة كازاخستان لدى المغرب"


def why_not(file: str, content: bytes) -> str:
    with pytest.raises(NoText) as caught:
        extract(file, content)
    return str(caught.value)


# --- plain text


@pytest.mark.parametrize("text", [FR, "\ufeff" + FR, "a\r\nb\r\n", "\n\n a\u00a0b\u2028c \n", "é" * 5000])
def test_plain_text_is_the_file_to_the_letter(text: str) -> None:
    assert extract("a.txt", text.encode()) == Extracted(text)


def test_a_name_without_a_known_suffix_is_plain_text() -> None:
    assert extract("piaf:1#2", b"<b>x</b> y") == Extracted("<b>x</b> y")


@pytest.mark.parametrize(
    ("text", "encoding", "named"),
    [
        (FR.replace("’", "'"), "latin-1", "ISO-8859-1"),
        ("é", "latin-1", "ISO-8859-1"),
        (FR, "cp1252", "WINDOWS-1252"),
        (RU, "cp1251", "WINDOWS-1251"),
        (RU, "koi8-r", "KOI8-R"),
        (RU, "cp866", "CP866"),
        (AR, "cp1256", "WINDOWS-1256"),
        (FR, "utf-16", "UTF-16"),
        (FR, "utf-16-le", "UTF-16LE"),
        (FR, "utf-16-be", "UTF-16BE"),
        (RU, "utf-16-le", "UTF-16LE"),
        (AR, "utf-16-be", "UTF-16BE"),
    ],
)
def test_another_encoding_is_named_with_the_command_that_converts_it(
    tmp_path: Path, text: str, encoding: str, named: str
) -> None:
    file = tmp_path / "l'été 1.txt"
    file.write_bytes(text.encode(encoding))
    why = why_not(file.name, file.read_bytes())
    assert f"looks like {named};" in why
    command = why.split("convert it: ", 1)[1]
    subprocess.run(command, shell=True, check=True, cwd=tmp_path)  # the very line that is shown
    assert extract(file.name, file.read_bytes()).text.lstrip("\ufeff") == text
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_damaged_utf8_is_not_called_another_encoding(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(FR.encode() + b" \xe9 \xff.")
    why = why_not("a.txt", (tmp_path / "a.txt").read_bytes())
    assert f"damaged at byte {len(FR.encode()) + 1:,}" in why
    subprocess.run(why.split("bytes: ", 1)[1], shell=True, check=False, cwd=tmp_path)
    assert "-c -f UTF-8" in why


def test_a_name_like_an_option_is_quoted() -> None:
    command = why_not("-rf; x.txt", "é".encode("latin-1")).split("convert it: ", 1)[1]
    assert shlex.split(command)[5] == "./-rf; x.txt"


@pytest.mark.parametrize(
    ("file", "content", "why"),
    [
        ("a.txt", b"", "it is empty"),
        ("a.txt", b" \n\t ", "it is empty"),
        ("a.txt", b"\xef\xbb\xbf", "it holds no text"),
        ("a.txt", "\u00a0\n".encode(), "it holds no text"),
        ("a.txt", b"a\x00b", "it is a binary file"),
        ("a.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "it is a binary file"),
        ("a.txt", bytes(range(1, 9)) * 10 + b"abc", "it is a binary file"),
        ("a.md", b"---\ntitle: x\n---\n", "it holds no text"),
        ("a.md", b"![picture](a.png)\n", "it holds no text"),
        ("a.md", "é".encode("latin-1"), "ISO-8859-1"),
        ("a.html", b"%PDF-1.7", "it is a PDF"),
        (
            "a.html",
            b"<html><script>var text='A long sentence of words in a script.'</script></html>",
            "no article text",
        ),
        ("a.html", b"<html><body><nav><a href='/'>Accueil</a></nav></body></html>", "no article text"),
        ("a.html", b"<html></html>", "no article text"),
        ("a.html", b"<", "no article text"),
        ("a.pdf", b"hello", "the PDF is damaged"),
        ("a.pdf", b"%PDF-1.4\nbroken", "the PDF is damaged"),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_do(file: str, content: bytes, why: str) -> None:
    said = why_not(file, content)
    assert why in said and re.search(r"; \w", said)


# --- Markdown

MARKDOWN = """---
title: Accord à Rabat
date: 2026-01-29 10:00:00
authors: [Hassan Ammari, Anne Petit]
source: MAP
lang: fr-MA
---
# Le *grand* accord

Les deux pays [ont signé](https://example.org/x "t") un **accord**
sur le blé ![photo](a.png) et `rien` d’autre.<br>Il entre en vigueur demain.

Contexte
--------

- le blé
- les engrais

1. Signer

2. Ratifier

> Une bonne nouvelle,
> dit-elle.

| pays | blé |
|------|-----|
| Maroc | 3 |

```
x = 1

y = 2
```

<div><!-- caché --><script>non()</script><p>Texte &amp; page</p></div>
"""


def test_markdown_becomes_readable_text() -> None:
    extracted = extract("a.md", MARKDOWN.encode())
    assert extracted.text == (
        "Accord à Rabat\n\nLe grand accord\n\n"
        "Les deux pays ont signé un accord sur le blé et rien d’autre.\nIl entre en vigueur demain.\n\n"
        "Contexte\n\nle blé\nles engrais\n\n1. Signer\n2. Ratifier\n\nUne bonne nouvelle, dit-elle.\n\n"
        "pays | blé\nMaroc | 3\n\nx = 1\n\ny = 2\n\nTexte & page\n"
    )
    assert extracted.hints == Hints("Accord à Rabat", "2026-01-29", "MAP", "Hassan Ammari, Anne Petit", "fr")


@pytest.mark.parametrize("head", ["title: [oops", "date: 2026-13-45", "- a\n- b", "x", "a: b: c", "&a [*a, *b]"])
def test_front_matter_that_is_none_is_kept_as_text(head: str) -> None:
    extracted = extract("a.md", f"---\n{head}\n---\nBonjour à tous.\n".encode())
    assert extracted.text.endswith("Bonjour à tous.\n")
    assert re.findall(r"\w+", head)[0] in extracted.text
    assert extracted.hints == Hints()


def test_a_date_that_is_none_is_no_hint() -> None:
    assert extract("a.md", b"---\ndate: soon\n---\nBonjour.\n").hints.date is None


def test_front_matter_that_explodes_is_harmless() -> None:
    layers = "\n".join(f"{name}: &{name} [{', '.join([f'*{below}'] * 9)}]" for below, name in pairwise("abcdefghijk"))
    extracted = extract("a.md", f"---\na: &a [x]\n{layers}\ntitle: *k\nauthor: [*k, A B]\n---\nBonjour.\n".encode())
    assert extracted == Extracted("Bonjour.\n", Hints(author="A B"))


def test_windows_markdown_with_a_byte_order_mark() -> None:
    extracted = extract("a.markdown", "\ufeff---\r\ntitle: T\r\n---\r\n# T\r\n\r\nUn\r\ndeux\r\n".encode())
    assert (extracted.text, extracted.hints.title) == ("T\n\nUn deux\n", "T")


# --- HTML

PAGE = """<!doctype html><html lang="fr-MA"><head><meta charset="{charset}"><title>Accord à Rabat | Le Matin</title>
<meta property="og:site_name" content="Le Matin"><style>p {{ color: red }}</style>
<script type="application/ld+json">{{"@context": "https://schema.org", "@type": "NewsArticle",
"headline": "Accord à Rabat", "datePublished": "2026-01-29T10:00:00+01:00",
"author": {{"@type": "Person", "name": "Hassan Ammari"}}, "publisher": {{"@type": "Organization", "name": "Le Matin"}}}}
</script></head><body><nav><a href="/">Accueil</a> <a href="/p">Politique</a></nav>
<article><h1>Accord à Rabat</h1>
<p>Le Maroc et le Kazakhstan ont signé un accord de coopération, a annoncé le ministère des Affaires étrangères.</p>
<p>Les deux pays veulent <b>doubler</b> leurs <a href="/x">échanges</a> d’ici à 2030, selon le communiqué.</p>
<h2>Contexte</h2><p>Le blé kazakh arrive depuis des années au port de Casablanca, rappelle le ministère.</p>
<script>pister()</script><!-- caché --></article>
<section id="comments" class="comments"><h3>Commentaires</h3><p>Très bon article, merci à la rédaction.</p></section>
<footer>© 2026 Le Matin. Tous droits réservés. Mentions légales</footer></body></html>"""


def test_html_is_the_article_and_nothing_else() -> None:
    extracted = extract("a.html", PAGE.format(charset="utf-8").encode())
    for kept in ("Accord à Rabat\n", "veulent doubler leurs échanges d’ici", "Contexte", "port de Casablanca"):
        assert kept in extracted.text
    assert extracted.text.count("Accord à Rabat") == 1
    for dropped in ("<", "pister", "caché", "color", "Accueil", "Très bon article", "Mentions"):
        assert dropped not in extracted.text
    assert extracted.hints == Hints("Accord à Rabat", "2026-01-29", "Le Matin", "Hassan Ammari", "fr")


@pytest.mark.parametrize("charset", ["iso-8859-15", "windows-1252", "utf-8"])
def test_html_in_the_encoding_that_it_declares(charset: str) -> None:
    page = PAGE.format(charset=charset).replace("’", "'")
    assert "doubler leurs échanges d'ici" in extract("a.htm", page.encode(charset)).text


def test_html_that_declares_the_wrong_encoding_is_utf8() -> None:
    assert "échanges" in extract("a.html", PAGE.format(charset="nonsense").encode()).text
    assert "échanges" in extract("a.html", PAGE.format(charset="us-ascii").encode()).text


def test_a_title_that_the_page_has_only_in_its_head_stands_above_the_text() -> None:
    page = PAGE.format(charset="utf-8").replace("<h1>Accord à Rabat</h1>", "")
    assert extract("a.html", page.encode()).text.startswith("Accord à Rabat\n\nLe Maroc et")


def test_html_dates_are_declared_or_none() -> None:
    page = "<html><body><p>Le sommet du 12 mars 2025 a réuni les ministres de dix pays à Rabat.</p></body></html>"
    assert extract("a.html", page.encode()).hints == Hints()


# --- PDF


def pdf(*pages: list[str], info: str = "", encrypt: str = "", size: int = 11) -> bytes:
    """A PDF with a line of Latin text a string; "" is the gap between paragraphs."""
    fonts = b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>"
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", fonts, f"<< {info} >>".encode("latin-1")]
    kids = []
    for lines in pages:
        drawn = [f"BT /F1 {size} Tf 14 TL 50 780 Td".encode()]
        for line in lines:
            escaped = re.sub(r"([\\()])", r"\\\1", line).encode("cp1252")
            drawn.append(b"(" + escaped + b") Tj T*" if line else b"T*")
        stream = b"\n".join([*drawn, b"ET"]) if any(lines) else b"0 0 100 100 re f"
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        resources = b"<< /Font << /F1 3 0 R >> >>"
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources %s /Contents %d 0 R >>"
            % (resources, len(objects))
        )
        kids.append(len(objects))
    refs = " ".join(f"{kid} 0 R" for kid in kids)
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{refs}] >>".encode()
    body = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = f"<< /Size {len(objects) + 1} /Root 1 0 R /Info 4 0 R {encrypt} >>".encode("latin-1")
    start = len(body)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return body + head + table + b"trailer\n" + trailer + b"\nstartxref\n%d\n%%%%EOF\n" % start


def test_pdf_lines_become_paragraphs() -> None:
    content = pdf(
        [
            "Accord sur le blé à Casablanca",
            "",
            "Les deux pays ont signé un accord de coopé-",
            "ration sur le blé. L’ambassadrice kazakhe s’est",
            "félicitée de la signature du texte.",
            "",
            "Une commission maroco-kazakhe se réunira à",
            "Astana au printemps.",
        ]
    )
    assert extract("a.pdf", content).text == (
        "Accord sur le blé à Casablanca\n\n"
        "Les deux pays ont signé un accord de coopération sur le blé. L’ambassadrice kazakhe s’est félicitée de la "
        "signature du texte.\n\nUne commission maroco-kazakhe se réunira à Astana au printemps.\n"
    )


def test_a_hyphen_that_the_word_has_elsewhere_or_before_a_name_stays() -> None:
    content = pdf(
        [
            "Les relations maroco-kazakhes sont bonnes. Les maroco-",
            "kazakhes se connaissent. Voici le partenariat Maroc-",
            "Kazakhstan de demain.",
        ]
    )
    text = extract("a.pdf", content).text
    assert text.count("maroco-kazakhes") == 2 and "Maroc-Kazakhstan de" in text


def test_running_headers_and_page_numbers_go() -> None:
    pages = [
        [
            "Le Matin du Sahara, numéro 12345",
            "",
            f"Le ministre numéro {'un deux trois'.split()[n]} a parlé longuement du blé et des",
            "engrais devant les députés réunis à Rabat, puis il a",
            "",
            f"Page {n + 1} sur 3",
            str(n + 1),
        ]
        for n in range(3)
    ]
    text = extract("a.pdf", pdf(*pages)).text
    assert "Le Matin" not in text and "Page" not in text and not re.search(r"\d", text)
    assert [word for word in ("un", "deux", "trois") if f"numéro {word} a parlé" not in text] == []


def test_a_paragraph_goes_on_over_the_page() -> None:
    text = extract("a.pdf", pdf(["Le ministre a parlé du blé et des engrais avec"], ["son homologue à Astana."])).text
    assert text == "Le ministre a parlé du blé et des engrais avec son homologue à Astana.\n"


def test_pdf_metadata_counts_where_the_text_bears_it_out() -> None:
    lines = ["Accord à Rabat", "", "Par Hassan Ammari", "", "Les deux pays ont signé un accord."]
    good = extract("a.pdf", pdf(lines, info="/Title (Accord \\340 Rabat) /Author (Hassan Ammari)")).hints
    bad = extract(
        "a.pdf", pdf(lines, info="/Title (Microsoft Word - x.doc) /Author (user1) /CreationDate (D:2020)")
    ).hints
    assert good == Hints(title="Accord à Rabat", author="Hassan Ammari")
    assert bad == Hints()


def test_pdfs_without_text_say_so() -> None:
    encrypt = (
        f"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{'41' * 32}> /U <{'42' * 32}> >> "
        f"/ID [<{'00' * 16}> <{'00' * 16}>]"
    )
    assert "encrypted" in why_not("a.pdf", pdf(["Texte secret"], encrypt=encrypt))
    assert "only pictures" in why_not("a.pdf", pdf([""]))
    assert "damaged" in why_not("a.pdf", pdf(["Texte"])[:60])


# --- any format, to an article


def article(file: str, content: bytes) -> Article:
    extracted = extract(file, content)
    assert extract(file, content) == extracted  # the same each time: offsets point into this text
    return describe(file, extracted.text, "0" * 64, extracted.hints)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("a.txt", (SEEDS / "001_69f7196542c3eaa4.txt").read_bytes()),
        ("b.md", MARKDOWN.encode()),
        ("c.html", PAGE.format(charset="utf-8").encode()),
        ("d.pdf", pdf(["Accord à Rabat", "", "Les deux pays ont signé un accord.", "", "Partager"])),
    ],
)
def test_content_and_boilerplate_cover_the_text_of_any_format(file: str, content: bytes) -> None:
    found = article(file, content)
    pieces = sorted([*content_spans(found), *found.boilerplate])
    assert "".join(found.text[span.start : span.end] for span in pieces) == found.text


def test_what_formats_say_is_what_the_article_says() -> None:
    page = article("c.html", PAGE.format(charset="utf-8").encode())
    assert (page.title, page.date, page.outlet, page.author, page.language) == (
        "Accord à Rabat", "2026-01-29", "Le Matin", "Hassan Ammari", "fr"
    )  # fmt: skip
    lines = ["Accord à Rabat", "", "Par Hassan Ammari", "", "Rabat, 29 janvier 2026 (MAP) -"]
    paper = article("d.pdf", pdf([*lines, "", "Les deux pays ont signé un accord.", "", "Partager"]))
    assert (paper.title, paper.date, paper.outlet, paper.author) == (
        "Accord à Rabat",
        "2026-01-29",
        "MAP",
        "Hassan Ammari",
    )
    marked = [paper.text[s.start : s.end].strip() for s in paper.boilerplate]
    assert marked == ["Rabat, 29 janvier 2026 (MAP) -", "Partager"]


def test_the_suffixes() -> None:
    assert {".txt", ".md", ".markdown", ".html", ".htm", ".pdf"} == SUFFIXES
