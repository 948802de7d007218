"""A folder of articles in, drafts of gold cases out, for a person to edit. No model writes them.

Answerable drafts hide something in a sentence: a name (who or what is meant?), a date or a number (when, how many?), or
a word (cloze). Unanswerable ones ask about a file that is out of reach when they are run (`excluded`), and about what
no other file says. All are marked `"draft": true` until someone has read them.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from time import time_ns
from typing import Any

from kzchat import corpus
from kzchat.cases import append_case, load_cases
from kzchat.errors import EvalError
from kzchat.facts import names
from kzchat.folder import Unreadable, scan
from kzchat.languages import LANGUAGES
from kzchat.schema import Article, Sentence
from kzchat.scoring import fold
from kzchat.settings import Settings
from kzchat.splitting import split

_SHORTEST, _LONGEST = 60, 320  # characters of a sentence that a question is made from
_UNANSWERABLE_SHARE = 3  # one of three drafts
_FREE_FILES = 2  # files that must stay within reach for a question to be worth asking
_DATE = re.compile(
    r"\b\d{1,2}(?:er)?[ \u00a0](?:[^\W\d_]{3,12}\.?)(?:[ \u00a0]\d{4})?\b"
    r"|\b(?:[^\W\d_]{3,12})[ \u00a0]\d{1,2},[ \u00a0]\d{4}\b"
)
_NUMBER = re.compile(r"(?<![\w.,])\d[\d \u00a0.,]*(?<=\d)(?:[ \u00a0]?%)?(?!\w)")
_WORD = re.compile(r"[^\W\d_]{7,}")
_BLANK = "_____"
# How a hidden part is asked for, by language.
_ASK = {
    "name": {
        "fr": "Quel nom manque : « {} » ?",
        "en": "Which name is missing: “{}”?",
        "ru": "Какое имя или название пропущено: «{}»?",
        "kk": "Қай атау түсіп қалған: «{}»?",
        "ar": "ما الاسم الناقص: «{}»؟",
    },
    "date": {
        "fr": "Quelle date manque : « {} » ?",
        "en": "Which date is missing: “{}”?",
        "ru": "Какая дата пропущена: «{}»?",
        "kk": "Қай күн түсіп қалған: «{}»?",
        "ar": "ما التاريخ الناقص: «{}»؟",
    },
    "number": {
        "fr": "Quel nombre manque : « {} » ?",
        "en": "Which number is missing: “{}”?",
        "ru": "Какое число пропущено: «{}»?",
        "kk": "Қай сан түсіп қалған: «{}»?",
        "ar": "ما العدد الناقص: «{}»؟",
    },
    "cloze": {
        "fr": "Quel mot manque : « {} » ?",
        "en": "Which word is missing: “{}”?",
        "ru": "Какое слово пропущено: «{}»?",
        "kk": "Қай сөз түсіп қалған: «{}»?",
        "ar": "ما الكلمة الناقصة: «{}»؟",
    },
}


@dataclass(frozen=True, slots=True)
class _Hidden:
    """Something of a sentence that can be asked for."""

    kind: str
    text: str
    sentence: Sentence


def draft_cases(settings: Settings, count: int) -> list[dict[str, Any]]:
    """At most `count` drafts over the articles of `settings.corpus`, spread over files and kinds; always the same.

    Raises:
        CorpusError: the folder cannot be read.
        EvalError: nothing in it can be asked for.
    """
    articles = _articles(settings)
    sentences = [s for article in articles for s in split(article)[0] if _SHORTEST <= len(s.text) <= _LONGEST]
    hidden = [one for sentence in sentences for one in _hidden(sentence)]
    if not hidden:
        raise EvalError(
            f"No sentence of {settings.corpus} can be made into a question.",
            "Name a folder of articles in French, English, Russian, Kazakh or Arabic with --folder.",
        )
    removed = _removed_file(articles, hidden)
    text_elsewhere = fold(" ".join(article.text for article in articles if article.file != removed))
    unanswerable = [
        one
        for one in hidden
        if one.sentence.file == removed and one.kind != "cloze" and fold(one.text) not in text_elsewhere
    ]
    few = _spread(unanswerable, count // _UNANSWERABLE_SHARE)
    asked = {one.sentence.id for one in few}
    many = _spread([one for one in hidden if one.sentence.id not in asked], count - len(few))
    return [_case(one, False) for one in many] + [_case(one, True) for one in few]


def add_drafts(path: Path, rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Add the drafts that a case file does not have yet; returns how many of each kind.

    Raises:
        EvalError: the file cannot be read or written.
    """
    taken = {case.id for case in load_cases(path, None)} if path.exists() and path.stat().st_size else set()
    added: Counter[str] = Counter()
    for row in rows:
        if row["id"] not in taken:
            append_case(path, row)
            added[row["kind"]] += 1
    return dict(added)


def _articles(settings: Settings) -> list[Article]:
    found = []
    for entry in scan(settings.corpus, settings.max_file_bytes, time_ns()):
        source = entry if isinstance(entry, Unreadable) else entry.load()
        article = source if isinstance(source, Unreadable) else corpus.read(source)
        if isinstance(article, Article) and article.language in LANGUAGES:
            found.append(article)
    return found


def _hidden(sentence: Sentence) -> list[_Hidden]:
    """What of a sentence stands in it once and can be asked for."""
    text = sentence.one_line
    dates = [match[0] for match in _DATE.finditer(text)]
    numbers = [match[0] for match in _NUMBER.finditer(text) if not any(match[0] in date for date in dates)]
    known = [name for name in _whole_names(text) if len(name) > 3 and not text.startswith(name)]
    named = {part for name in known for part in name.split()}
    words = [word for word in _WORD.findall(text) if word[0].islower() and word not in named]
    found = [("date", dates), ("number", numbers), ("name", sorted(known, key=len, reverse=True))]
    found.append(("cloze", sorted(words, key=len, reverse=True)[:1]))
    return [
        _Hidden(kind, one, sentence) for kind, parts in found for one in parts[:1] if text.count(one) == 1 and fold(one)
    ]


def _whole_names(text: str) -> list[str]:
    """Names that stand side by side as one: first name and surname."""
    single = sorted({re.escape(name) for name in names(text)}, key=len, reverse=True)
    one = f"(?:{'|'.join(single)})"
    return re.findall(rf"\b{one}(?:[ \u00a0]{one})*\b", text) if single else []


def _removed_file(articles: Sequence[Article], hidden: Sequence[_Hidden]) -> str:
    """The one file that the unanswerable drafts are about; none where too few would be left.

    One for all of them: so that the other questions still have their articles, and the choice is easily seen.
    """
    if len(articles) <= _FREE_FILES:
        return ""
    by_file = Counter(one.sentence.file for one in hidden if one.kind != "cloze")
    return min(by_file, key=lambda file: (-by_file[file], file)) if by_file else ""


def _spread(hidden: Iterable[_Hidden], count: int) -> list[_Hidden]:
    """So many, taking turns between kinds and files; one a sentence."""
    groups: dict[tuple[str, str], list[_Hidden]] = {}
    for one in hidden:
        groups.setdefault((one.kind, one.sentence.file), []).append(one)
    chosen: dict[str, _Hidden] = {}
    while len(chosen) < count and any(groups.values()):
        for key in sorted(groups):
            while groups[key]:
                one = groups[key].pop(len(groups[key]) // 2)
                if one.sentence.id not in chosen:
                    chosen[one.sentence.id] = one
                    break
            if len(chosen) == count:
                break
    return list(chosen.values())


def _case(one: _Hidden, unanswerable: bool) -> dict[str, Any]:
    sentence = one.sentence
    question = _ASK[one.kind][sentence.language].format(sentence.one_line.replace(one.text, _BLANK))
    digest = sha256(f"{sentence.id}{one.kind}{unanswerable}".encode()).hexdigest()[:8]
    row: dict[str, Any] = {
        "id": f"draft-{digest}",
        "language": sentence.language,
        "question": question,
        "kind": "not_stated" if unanswerable else {"date": "date", "name": "role"}.get(one.kind, "fact"),
        "answerable": not unanswerable,
        "answers": [] if unanswerable else [one.text.replace("|", " ")],
        "supports": [] if unanswerable else [{"file": sentence.file, "quote": sentence.text}],
    }
    if unanswerable:
        row["excluded"] = [sentence.file]
        row["reasons"] = ["not_stated", "no_evidence"]
    why = f"{one.text!r} stands in {sentence.file}"
    row["why"] = f"{why}, which is out of reach for this question, and in no other file." if unanswerable else f"{why}."
    return {**row, "draft": True}
