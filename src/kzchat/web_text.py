"""A web page's HTML in, the article's text and metadata out, by trafilatura. Nothing is fetched."""

import logging
import re

from kzchat.extracted import Extracted, Hints, NoText, with_title

_FEWEST_WORDS = 3  # a page without a line of three words is a menu
_LANGUAGE = re.compile(r"<html[^>]{0,400}?\blang\s*=\s*[\"']?\s*([a-zA-Z]{2})\b", re.IGNORECASE)
# Only a date that the page declares, whatever today is: the default looks for any date, and bounds it by the clock.
_DATES = {"extensive_search": False, "original_date": True, "outputformat": "%Y-%m-%d", "max_date": "2999-12-31"}


def extract(html: str) -> Extracted:
    """The main text of a page, its title first.

    Raises:
        NoText: there is no article in the page.
    """
    import trafilatura
    from trafilatura.settings import Document

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it logs an empty page as an error
    page = trafilatura.bare_extraction(
        html, include_comments=False, include_tables=True, with_metadata=True, date_extraction_params=dict(_DATES)
    )
    text = page.text or "" if isinstance(page, Document) else ""
    if (
        not isinstance(page, Document)
        or not text
        or max(len(line.split()) for line in text.split("\n")) < _FEWEST_WORDS
    ):
        raise NoText(
            "the page has no article text, only scripts or navigation",
            "open it in a browser and save what it shows as text",
        )
    language = _LANGUAGE.search(html)
    title = " ".join(page.title.split()) if page.title else None
    return Extracted(
        with_title(text, title),
        Hints(title, page.date, page.sitename, page.author, language[1].lower() if language else None),
    )
