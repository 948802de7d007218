"""Sentences of a search in, the same with what surrounds them in their articles out: for the evidence of an answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kzchat.antecedents import goes_on, led_in
from kzchat.dates import dateline
from kzchat.manifest import Manifest
from kzchat.schema import RetrievedPassage, Sentence

_PRESS_ARTICLE = 10_000  # characters; a longer text may know any name


@dataclass(frozen=True, slots=True)
class _Around:
    """One article."""

    text: str  # as its file has it
    sentences: tuple[Sentence, ...]  # these and `said`: empty where it is longer than the press writes
    said: str


def in_context(manifest: Manifest, found: Sequence[RetrievedPassage]) -> list[RetrievedPassage]:
    """The same passages, each with the context that it stands in, its article, its antecedent and what is behind it."""
    ids = {passage.sentence.id for passage in found}
    members = manifest.sentences_of_passages({passage.sentence.passage for passage in found})
    articles = {file: _around(manifest, file) for file in {passage.sentence.file for passage in found}}
    surrounded = []
    for passage in found:
        article, group = articles[passage.sentence.file], members.get(passage.sentence.passage, [])
        said = article.sentences or group
        surrounded.append(
            replace(
                passage,
                context="\n".join(sentence.one_line for sentence in group),
                article=article.said,
                led_in=led_in(passage.sentence, said, article.text),
                goes_on=goes_on(passage.sentence, said, article.text, ids),
            )
        )
    return surrounded


def _around(manifest: Manifest, file: str) -> _Around:
    article = manifest.article(file)
    if article is None:  # removed since
        return _Around("", (), "")
    long = _Around(article.text, (), "")
    if manifest.characters_of(file) > 2 * _PRESS_ARTICLE:  # much too long, white space apart: not read by sentences
        return long
    line = dateline(article.text, article.language)  # no sentence, but "MALINDI, Kenya" says where it is about
    written = [article.text[line.start : line.end]] if line else []
    sentences = tuple(manifest.sentences_of(file))
    said = "\n".join([*written, *(sentence.one_line for sentence in sentences)])
    return _Around(article.text, sentences, said) if len(said) <= _PRESS_ARTICLE else long
