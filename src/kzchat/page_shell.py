"""What stands around a conversation, as HTML: the bar, the lists, the article, the settings, a checked text. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kzchat.errors import KzchatError
from kzchat.manifest import IndexedArticle, PassedOver
from kzchat.markup import Link, about_line, cite_attributes, options, short, text
from kzchat.page import copy_buttons
from kzchat.page_labels import NATIVE, Labels, direction
from kzchat.places import marked
from kzchat.reader import Conversation, Preferences
from kzchat.render import one_line
from kzchat.schema import Article, CheckedSentence, CheckVerdict, Citation

_SCRIPT_WORDS = ("copied", "delete_sure", "thanks", "lost", "saved", "adding", "added", "removed")  # said by page.js


@dataclass(frozen=True, slots=True)
class Choices:
    """What the settings sheet offers."""

    models: Sequence[str]
    default_model: str
    passages: Sequence[int]
    default_passages: int
    languages: Sequence[str]  # of the articles
    may_change: bool  # whether articles may be added and removed


def shell_html(chosen: Preferences, choices: Choices, serving: tuple[str, str, str], words: Labels) -> str:
    """Everything of the page that is not Gradio's, without its lists, which page.js asks for.

    Args:
        chosen: by this reader.
        choices: the server's.
        serving: model, backend and index fingerprint that would answer now.
        words: of the page's language.
    """
    model, backend, index = serving
    said = json.dumps({key: words(key) if "{" not in words.words[key] else words.words[key] for key in _SCRIPT_WORDS})
    views = "".join(
        f'<button type="button" data-view="{view}">{text(words(f"{view}_view"))}</button>'
        for view in ("ask", "check", "articles")
    )
    languages = options(NATIVE.items(), words.language)
    return (
        f'<div id="shell" lang="{words.language}" data-dir="{words.direction}" data-theme="{chosen.theme}" '
        f'data-words="{text(said)}">'
        f'<a class="skip" href="#question">{text(words("skip"))}</a>'
        f'<header id="bar"><h1>kzchat</h1><nav aria-label="{text(words("views"))}">{views}</nav>'
        f'<button type="button" class="quiet" id="show-history">'
        f"{_named_icon('☰', words('conversations'))}</button>"
        f'<label class="tongue"><span class="unread">{text(words("page_language"))}</span>'
        f'<select id="tongue">{languages}</select></label>'
        '<button type="button" class="quiet" id="show-settings" aria-haspopup="dialog">'
        f"{_named_icon('⚙', words('settings'))}</button></header>"
        f'<section id="history" aria-label="{text(words("conversations"))}">'
        f'<button type="button" class="quiet" id="new">{text(words("new_conversation"))}</button>'
        f'<input type="search" id="find" maxlength="200" dir="auto" autocomplete="off" '
        f'placeholder="{text(words("find_conversation"))}" aria-label="{text(words("find_conversation"))}">'
        '<div id="history-list"></div></section>'
        f'<section id="articles" aria-label="{text(words("articles_view"))}">'
        f"{_articles_frame(choices, words)}</section>"
        f'<aside id="source" aria-labelledby="article-title"><button type="button" class="quiet" id="close-source">'
        f'{text(words("close"))} <kbd>Esc</kbd></button><div id="article"></div></aside>'
        f"{_settings(chosen, choices, words)}"
        f'<p id="serving">{text(words("serving", model=model, backend=backend, index=index))}</p>'
        '<p id="toast" role="status"></p></div>'
    )


def _named_icon(icon: str, name: str) -> str:
    """A name; on a telephone, where there is no room, an icon in its place."""
    return f'<span class="icon" aria-hidden="true">{icon}</span><span class="name">{text(name)}</span>'


def _articles_frame(choices: Choices, words: Labels) -> str:
    drop = ""
    if choices.may_change:
        drop = (
            f'<div id="drop"><label>{text(words("drop_files"))} '
            '<input type="file" id="files" multiple accept=".txt,.md,.markdown,.html,.htm,.pdf"></label>'
            '<div id="adding" role="status"></div></div>'
        )
    return (
        f"<h2>{text(words('articles_view'))}</h2>"
        f'<input type="search" id="find-article" maxlength="200" dir="auto" autocomplete="off" '
        f'placeholder="{text(words("find_article"))}" aria-label="{text(words("find_article"))}">'
        f'{drop}<div id="articles-list"></div>'
    )


def _settings(chosen: Preferences, choices: Choices, words: Labels) -> str:
    default = (("", words("models_default", model=choices.default_model)),)
    models = options((*default, *((model, model.partition(":")[2]) for model in choices.models)), chosen.model)
    passages = options(((str(number), str(number)) for number in choices.passages),
                       str(chosen.passages or choices.default_passages))  # fmt: skip
    languages = (("", words("any_language")), *((code, NATIVE.get(code, code)) for code in choices.languages))
    themes = (("", words("theme_system")), ("light", words("theme_light")), ("dark", words("theme_dark")))
    rows = (
        ("model", models),
        ("passages", passages),
        ("evidence_language", options(languages, chosen.evidence_language)),
        ("theme", options(themes, chosen.theme)),
    )
    fields = "".join(
        f'<label>{text(words(name))}<select name="{name}" dir="auto">{choice}</select></label>' for name, choice in rows
    )
    return (
        f'<dialog id="settings" aria-labelledby="settings-title"><form method="dialog">'
        f'<h2 id="settings-title">{text(words("settings"))}</h2>{fields}'
        '<p class="hint" id="saved" role="status"></p>'
        f'<button class="quiet">{text(words("close"))}</button></form></dialog>'
    )


def history_html(conversations: Sequence[Conversation], current: str, searched: bool, words: Labels) -> str:
    """The list of conversations."""
    if not conversations:
        return f'<p class="hint">{text(words("nothing_found" if searched else "no_conversations"))}</p>'
    return f"<ul>{''.join(_conversation(one, current, words) for one in conversations)}</ul>"


def _conversation(one: Conversation, current: str, words: Labels) -> str:
    here = ' aria-current="true"' if one.id == current else ""
    saves = "".join(
        f'<a class="quiet" href="/kz/export?id={one.id}&amp;as={kind}" download>{text(words(f"export_{name}"))}</a>'
        for kind, name in (("md", "markdown"), ("json", "json"))
    )
    return (
        f'<li data-id="{one.id}"><button type="button" class="open" dir="auto"{here}>{text(one.name)}</button>'
        f'<details class="menu"><summary aria-label="{text(words("more", name=one.name))}">⋯</summary>'
        f'<div class="panel"><form class="rename"><input name="name" maxlength="80" dir="auto" autocomplete="off" '
        f'aria-label="{text(words("new_name"))}" value="{text(one.name)}">'
        f'<button class="quiet">{text(words("rename"))}</button></form>{saves}'
        f'<button type="button" class="quiet delete">{text(words("delete"))}</button></div></details></li>'
    )


def articles_html(
    articles: Sequence[IndexedArticle], passed_over: Mapping[str, PassedOver], may_change: bool, words: Labels
) -> str:
    """The table of contents, and the files that could not be read."""
    items = "".join(_listed(article, may_change, words) for article in articles)
    unread = "".join(
        f'<li><span dir="auto">{text(file)}</span><span class="about" dir="auto">{text(noted.why)}</span></li>'
        for file, noted in sorted(passed_over.items())
    )
    failed = f'<h3 class="hint">{text(words("passed_over"))}</h3><ul>{unread}</ul>' if unread else ""
    return f'<ul class="contents">{items}</ul>{failed}'


def _listed(article: IndexedArticle, may_change: bool, words: Labels) -> str:
    about = about_line(article.outlet, article.date, article.language, article.file)
    counted = words("sentences_indexed", count=article.sentences)
    indexed = words("indexed_at", date=article.indexed_at[:16].replace("T", " "))
    name = text(short(article.title or article.file))
    remove = ""
    if may_change:
        label = f"{words('remove')}: {short(article.title or article.file)}"
        remove = (
            f'<button type="button" class="quiet remove" data-file="{text(article.file)}" aria-label="{text(label)}">'
            f"{text(words('remove'))}</button>"
        )
    return (
        f'<li><button type="button" class="place" data-file="{text(article.file)}" dir="auto">{name}</button>{remove}'
        f'<span class="about" dir="auto">{text(about)}</span>'
        f'<span class="about">{text(counted)} · {text(indexed)}</span></li>'
    )


def article_html(article: Article | None, link: Link | None, words: Labels) -> str:
    """An article as it is indexed, with the cited characters marked where a citation led to it."""
    if article is None:
        return _unavailable(words("not_indexed"), words)
    if link is not None and not article.sha256.startswith(link.sha):
        return _unavailable(words("changed"), words)
    try:
        before, hit, after = marked(article, link.span if link else None)
    except KzchatError as error:
        return _unavailable(error.message, words)
    about = about_line(article.outlet, article.date, article.language, article.file)
    by = f"{article.author} · " if article.author else ""
    acts = ""
    if link is not None:
        cited = Citation(
            1,
            article.file,
            *link.span,
            hit,
            article.sha256,
            article.title,
            article.date,
            article.outlet,
            article.author,
        )
        acts = f'<p class="acts">{copy_buttons(cited, words)}</p>'
    mark = f'<mark id="hit" tabindex="-1">{text(hit)}</mark>' if hit else ""
    return (
        f'<div class="head"><h2 id="article-title" tabindex="-1" dir="auto">'
        f"{text(short(article.title or article.file, 160))}</h2>"
        f'<p class="about" dir="auto">{text(by + about)}</p>{acts}</div>'
        f'<div class="text" tabindex="0" role="region" aria-labelledby="article-title" lang="{text(article.language)}" '
        f'dir="{direction(article.language)}">'
        f"{text(before)}{mark}{text(after)}</div>"
    )


def _unavailable(why: str, words: Labels) -> str:
    return (
        f'<h2 id="article-title" tabindex="-1" class="unread">{text(words("articles_view"))}</h2>'
        f'<p class="problem" role="alert">{text(why)}</p>'
    )


def checked_html(
    checked: Sequence[CheckedSentence], words: Labels, busy: str = "", error: KzchatError | None = None
) -> str:
    """A text that was held against the corpus, sentence by sentence.

    Args:
        checked: so far.
        words: of the page's language.
        busy: what is being done; empty at the end.
        error: what ended it early.
    """
    rows = "".join(_checked(one, words) for one in checked)
    status = busy
    if checked and not busy:
        counts: dict[CheckVerdict, int] = {"supported": 0, "contradicted": 0, "not_found": 0}
        for one in checked:
            counts[one.verdict] += 1
        status = words("check_done", **counts)
    problem = f'<div class="problem"><strong>{text(error.message)}</strong> {text(error.remedy)}</div>' if error else ""
    mark = " data-busy" if busy else ""
    return (
        f'<div class="checked"{mark}><p class="status" role="status">{text(status)}</p>{problem}<ol>{rows}</ol></div>'
    )


def _checked(one: CheckedSentence, words: Labels) -> str:
    sources = "".join(
        f'<blockquote class="quote" dir="auto">«&nbsp;{text(one_line(citation.quote))}&nbsp;» '
        f'<button type="button" class="place" {cite_attributes(citation)} dir="auto">'
        f"{text(short(citation.title or citation.file, 70))}</button></blockquote>"
        for citation in one.citations
    )
    reasons = f'<p class="about" dir="auto">{text("; ".join(one.reasons))}</p>' if one.reasons else ""
    return (
        f'<li class="{one.verdict}"><p dir="auto"><span class="verdict">{text(words(one.verdict))}</span> '
        f"{text(one_line(one.text))}</p>{reasons}{sources}</li>"
    )
