"""Article in, its sentences and passages out, each with its verbatim span.

A sentence is the unit of search and of citation. A passage is the run of sentences in which it stands; it is searched
too, since a sentence often leaves to its neighbours what it is about.
"""

from dataclasses import replace

from kzchat.corpus import content_spans
from kzchat.schema import Article, Passage, Sentence
from kzchat.sentences import sentence_spans

VERSION = 1  # part of the index fingerprint: raise it when the same sentences would make other passages

# A passage ends with the first paragraph after so many characters, or with the sentence that reaches the most. PIAF's
# paragraphs, on which passages were measured, have 500 to 1,000.
_ENOUGH_CHARS = 500
_MOST_CHARS = 900


def split(article: Article) -> tuple[list[Sentence], list[Passage]]:
    """The sentences of an article, in order, without its boilerplate, and the passages that they make up.

    Every sentence is part of exactly one passage.
    """
    sentences: list[Sentence] = []
    passages: list[Passage] = []
    for content in content_spans(article):
        members: list[Sentence] = []
        for span in sentence_spans(article.text, content.start, content.end):
            if members and _is_full(article.text, members, span.start):
                _close(article, members, sentences, passages)
            members.append(_sentence(article, span.start, span.end))
        _close(article, members, sentences, passages)
    return sentences, passages


def _is_full(text: str, members: list[Sentence], next_start: int) -> bool:
    length = members[-1].end - members[0].start
    new_paragraph = "\n" in text[members[-1].end : next_start]
    return length >= _MOST_CHARS or (length >= _ENOUGH_CHARS and new_paragraph)


def _close(article: Article, members: list[Sentence], sentences: list[Sentence], passages: list[Passage]) -> None:
    if not members:
        return
    start, end = members[0].start, members[-1].end
    passage = Passage(article.file, start, end, article.text[start:end], article.language, article.sha256)
    passages.append(passage)
    sentences.extend(replace(member, passage=passage.id) for member in members)
    members.clear()


def _sentence(article: Article, start: int, end: int) -> Sentence:
    return Sentence(article.file, start, end, article.text[start:end], article.language, article.sha256)
