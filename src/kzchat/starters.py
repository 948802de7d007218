"""The articles in, questions to begin with out: about the names and the titles that this corpus holds. Pure."""

import re
from collections import Counter
from collections.abc import Sequence

from kzchat.manifest import IndexedArticle
from kzchat.markup import short
from kzchat.page_labels import Labels, labels

_WORD = re.compile(r"[^\W\d_]+")
_ABOUT = 3  # of the questions are about names
_TITLE_CHARS = 70


def starters(
    articles: Sequence[IndexedArticle], sentences: Sequence[tuple[str, str]], words: Labels, limit: int = 4
) -> list[str]:
    """Questions in the page's language about the most frequent names, then about articles in the articles' own.

    Args:
        articles: what is indexed.
        sentences: file and text of some of their sentences.
        words: of the page's language.
        limit: how many.
    """
    questions = [words("example_about", name=name) for name in _names(sentences)[:_ABOUT]]
    seen: Counter[str] = Counter()
    ranked: list[tuple[int, str]] = []
    for article in articles:
        seen[article.language] += 1
        if title := short(article.title, _TITLE_CHARS).rstrip("…. "):
            title = title if article.title.rstrip("…. ") == title else f"{title}…"
            ranked.append((seen[article.language], labels(article.language)("example_title", title=title)))
    questions += [question for _, question in sorted(ranked, key=lambda pair: pair[0])]
    return list(dict.fromkeys(questions))[:limit]


def _names(sentences: Sequence[tuple[str, str]]) -> list[str]:
    """Names of two or three words that share no word, those in most articles first.

    A word that some article writes in lower case is no name: that rules out offices and how sentences begin.
    """
    common = {word for _, text in sentences for word in _WORD.findall(text) if word.islower()}
    files: dict[str, set[str]] = {}
    counts: Counter[str] = Counter()
    for file, text in sentences:
        for name in _runs(text, common):
            files.setdefault(name, set()).add(file)
            counts[name] += 1
    ranked = sorted(files, key=lambda name: (-len(files[name]), -counts[name], name))
    chosen: list[str] = []
    used: set[str] = set()
    for name in ranked:
        if counts[name] > 1 and not used & set(name.split()):
            chosen.append(name)
            used |= set(name.split())
    return chosen


def _runs(text: str, common: set[str]) -> list[str]:
    """Each run of two or three capitalised words, none of them common."""
    found: list[str] = []
    run: list[str] = []
    for token in [*text.split(), ""]:
        bare = token.strip(".,;:!?()[]«»“”\"'’")
        numeral = bool(run) and bare.isupper() and len(bare) <= 4  # Mohammed VI
        if (
            bare
            and bare[0].isupper()
            and (numeral or not bare.isupper())
            and not set(map(str.lower, _WORD.findall(bare))) & common
        ):
            run.append(bare)
            if token.endswith(bare):  # nothing ends it
                continue
        if 2 <= len(run) <= 3:
            found.append(" ".join(run))
        run = []
    return found
