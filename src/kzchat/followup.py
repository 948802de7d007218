"""A question and the conversation before it in, whether it leans on that conversation out. Pure, no model.

"Et lui ?" and "When was that?" cannot be searched alone. What gives them away is listed by language in
`data/followup.toml`: pronouns and demonstratives without anything in the question that they could stand for, openers
("And …?"), fragments. In doubt a question is complete: one that is answered as it stands is understood at worst too
broadly, one that is rewritten without need is another question.
"""

import re
from collections.abc import Sequence

from kzchat.cues import WORD, cues, language_of, normalised
from kzchat.facts import names
from kzchat.schema import Exchange

_QUOTED = re.compile(r"«[^»]+»|“[^”]+”|\"[^\"]+\"")
_SENTENCES = re.compile(r"[.!?؟]\s+\w")
_DEFINITION = re.compile(
    r"(?:qu'est|what (?:is|are|does)|who (?:is|are)|(?:что|кто) так|(?:ما|من|ماذا) )|.* (?:деген|кім|не) ?\?"
)
_LONG = 200  # characters; who writes that much says what it is about
# A word with a pronoun behind it; none can follow a noun with the article, and names end alike (André: أندريه).
_ARABIC_WITH_PRONOUN = re.compile(r"(?!و?ال|.*[ياو]ه$).{2,}(?:ه|ها|هم|هما)$")
_ARABIC_ENDING_ALIKE = frozenset(
    "وجه شبه فقه الله طه اهم مهم فهم سهم اسهم درهم دراهم ادهم تفاهم يساهم متهم ملهم".split()
)
# A verb by its ending: only where a fragment ("А Марокко?") is told from a sentence ("А Марокко вступило в Совет?").
_VERB = {
    "ru": re.compile(r".{2,}(?:[аеиоуыя]л[аои]?|(?:[аеиоуя]т|ют)|лся|л[аои]сь|тся|ть)$"),
    "kk": re.compile(r".{2,}(?:[дт][ыі]|[ғқ]ан|[гк]ен|[ае]ды|[ае]ді|йд[ыі])$"),
}


def needs_completion(question: str, history: Sequence[Exchange]) -> bool:
    """Whether the question can only be understood after the conversation. Never without a conversation."""
    if not history or len(question) > _LONG:
        return False
    return _Reading(question, language_of(question, history)).leans()


def content_words(question: str, language: str) -> list[str]:
    """The question's own words, normalised: without those that lean on the conversation or only ask."""
    reading = _Reading(question, language)
    return [reading.words[at] for at in range(len(reading.words)) if reading.is_content(at) or at in reading.named]


class _Reading:
    """One question, word by word."""

    def __init__(self, question: str, language: str) -> None:
        self.language = language
        self.cues = cues(language)
        self.text = normalised(question)
        self.asked = question.rstrip().endswith(("?", "؟"))
        question = _QUOTED.sub(lambda match: '"' * len(match[0]), question)
        written = WORD.findall(question.casefold() if question.isupper() else question)
        # A capital in mid-sentence: part of a title ("This Is What It Feels Like"), no pronoun.
        self.words = [word if at and word[0].isupper() else normalised(word) for at, word in enumerate(written)]
        known = {part for name in names(question) for part in WORD.findall(name)}
        self.named = {
            at
            for at, word in enumerate(written)
            if word in known and len(word) > 1 and word[0].isupper() and self.words[at] not in self.cues.empty
        }
        self.numbered = any(word.isdigit() for word in self.words)
        self.expletive = {
            at for match in self.cues.expletive.finditer(self.text) for at in self._words_of(match.start(), match.end())
        }

    def _words_of(self, start: int, end: int) -> range:
        first = len(WORD.findall(self.text[:start]))
        return range(first, first + len(WORD.findall(self.text[start:end])))

    def is_content(self, at: int) -> bool:
        """Whether a word says something of its own, and is no name."""
        word = self.words[at]
        return at not in self.named and len(word) > 1 and word not in self.cues.empty and not word.isdigit()

    def leans(self) -> bool:
        """Whether any rule finds that the question does not stand alone."""
        if not any(word.isalnum() for word in self.words):
            return False
        if len(self.words) > 8 and _SENTENCES.search(self.text):
            return False  # several sentences explain one another
        if self.cues.always.search(self.text):
            return True
        start = self._opener()
        return self._is_fragment(start) or self._asks_of_nothing(start) or self._refers()

    # ------------------------------------------------------------------------------------ openers and fragments

    def _opener(self) -> int:
        """How many words open the question ("And", "Ну а"). Arabic writes its "and" onto the word that follows."""
        if self.language == "ar" and len(self.words[0]) > 1 and self.words[0][0] == "و":
            rest = self.words[0][1:]
            if rest in self.cues.asking | self.cues.subjects | {"هل"} or rest.startswith("ال"):
                self.words[0] = rest
                return 1
        start = 0
        while start < len(self.words) and self.words[start] in self.cues.openers | {","}:
            start += 1
        return start

    def _is_fragment(self, start: int) -> bool:
        """Something without a verb: "And Morocco?", "Le Maroc ?", "В 2025 году?"."""
        first = 0 if self.language == "ar" else start
        rest = range(first, len(self.words))
        if not rest:
            return start > 0
        if self.words[first] in self.cues.asking | self.cues.auxiliaries or not self.asked:
            return False
        if set(self.words) & self.cues.asking and (self.language == "kk" or not start):
            return False
        if start:
            return len(rest) < 9 and not (len(rest) > 3 and self._has_verb(rest))
        content = sum(self.is_content(at) for at in rest)
        return len(rest) <= 3 and content <= (0 if any(at in self.named for at in rest) or self.numbered else 1)

    def _has_verb(self, at: range) -> bool:
        words = [self.words[i] for i in at]
        if self.language == "fr":
            return bool(re.search(r"est-ce|[ -](?:t-)?(?:il|elle|on)s?\b", self.text)) or bool(
                self.cues.auxiliaries & set(words) - {"a"}
            )
        if self.language in ("en", "ar"):
            return bool(self.cues.auxiliaries & set(words))
        return any(_VERB[self.language].match(word) for word in words[1:]) or bool(self.cues.auxiliaries & set(words))

    def _asks_of_nothing(self, start: int) -> bool:
        """Only a question word and at most one word of content: "Why?", "Who attended?", "What was the outcome?"."""
        first = 0 if self.language == "ar" else start
        length = len(self.words) - first
        if self.named or self.numbered or set(self.words) & self.cues.persons or not self.asked:
            return False
        content = [at for at in range(first, len(self.words)) if self.is_content(at)]
        if not set(self.words) & self.cues.asking or self.expletive:
            return not content and length <= 2
        if not content:
            return length <= 6
        if len(content) > 1 or length > 6:
            return False
        only = content[0]
        if self.words[only] in self.cues.relational:
            return only >= len(self.words) - 2
        introduced = only > 0 and self.words[only - 1] in self.cues.determiners
        return length <= 4 and not introduced and not self._defines()

    def _defines(self) -> bool:
        """ "What is X?" stands alone, whatever X is."""
        return bool(_DEFINITION.match(self.text))

    # ------------------------------------------------------------------------------------ pronouns, demonstratives

    def _refers(self) -> bool:
        return any(self._refers_at(at) for at in range(len(self.words)) if at not in self.expletive)

    def _refers_at(self, at: int) -> bool:
        word, marks = self.words[at], self.cues
        following = self.words[at + 1] if at + 1 < len(self.words) else ""
        if word in marks.demonstratives and following and self._is_demonstrative(at):
            return True
        if word in marks.bare and self._is_bare(at):
            return True
        if word in marks.places:
            return not self.named and (not following or self.language in ("ru", "kk"))
        if word in marks.possessives and following and (self.is_content(at + 1) or at + 1 in self.named):
            return not self._has_antecedent(at, possessive=True)
        if word in marks.subjects:
            return not self._is_copula(at) and not self._has_antecedent(at)
        if word in marks.objects:
            return not self._has_antecedent(at) or self._stands_for_another(at)
        if self.language == "ar" and self.is_content(at) and _ARABIC_WITH_PRONOUN.match(word):
            return word not in _ARABIC_ENDING_ALIKE and not self._has_antecedent(at, possessive=True)
        return False

    def _is_copula(self, at: int) -> bool:
        """Arabic "من هو …" is "who is …"; Kazakh "ол" before a noun is "that"."""
        return self.language == "ar" and at > 0 and self.words[at - 1] in ("من", "ما") and at + 1 < len(self.words)

    def _is_demonstrative(self, at: int) -> bool:
        """Whether "this X" names an X that the question does not introduce."""
        noun = at + 1
        if self.words[noun] in ("même", "mêmes", "same", "самый", "самом", "самой"):
            noun += 1
        if noun < len(self.words) and re.match(r"derni(?:er|ère)s?$", self.words[noun]) and noun + 1 == len(self.words):
            return not self._has_antecedent(at)  # "ce dernier"
        if noun >= len(self.words) or not self.is_content(noun) or self.words[noun] in self.cues.deictic:
            return False
        if self.words[at] == "that" and not self._follows_preposition(at) and noun + 1 < len(self.words):
            return False  # a conjunction: "who said that prices rose"
        after = self.words[noun + 1] if noun + 1 < len(self.words) else ""
        if after in self.cues.specifiers and noun + 2 < len(self.words):
            return False
        if self.language in ("ru", "kk", "ar") and noun + 1 in self.named:
            return False
        if any(word in (":", '"') for word in self.words[noun:]):
            return False  # what follows says which
        return not self._introduced_in_another_clause(at)

    def _follows_preposition(self, at: int) -> bool:
        before = self.words[at - 1] if at else "in"
        return before in "in at of on by to from for with about during after before since under is was did does".split()

    def _is_bare(self, at: int) -> bool:
        following = self.words[at + 1] if at + 1 < len(self.words) else ""
        if self.language == "en":
            if following and not (at and self.words[at - 1] in self.cues.auxiliaries and not self.is_content(at + 1)):
                return False
        elif following in self.cues.deictic or (self.language == "ar" and following.startswith("ال")):
            return False
        return not self.named and not self._introduced_in_another_clause(at)

    def _has_antecedent(self, at: int, possessive: bool = False) -> bool:
        """Whether something before this word may be what it stands for."""
        before = range(at)
        if any(i in self.named for i in before):
            return True
        content = [i for i in before if self.is_content(i) or self.words[i] in self.cues.relational]
        free = [i for i in content if not self._is_asked_about(i)]
        if possessive and content and (self.words[at - 1] not in self.cues.auxiliaries):
            return True
        if self.language == "fr" and self.words[at] in self.cues.subjects and any(i < at - 2 for i in free):
            return True  # "l'accord que prévoit-il", and names written without their capital
        if self.cues.determiners and self._noun_phrase_before(at, free):
            return True
        return bool(free) and self._boundary_between(free[0], at)

    def _is_asked_about(self, at: int) -> bool:
        """The noun of "which minister": never what a pronoun of the same question stands for."""
        which = self.cues.questions["which"] | self.cues.questions["many"]
        for i in range(at - 1, max(-1, at - 4), -1):
            if self.words[i] in which:
                return True
            if not self.is_content(i) and self.words[i] not in ("d", "de", "autres", "other"):
                return False
        return False

    def _noun_phrase_before(self, at: int, free: Sequence[int]) -> bool:
        singular = self.words[at] in ("he", "she", "him", "her", "il", "elle", "lui", "it")
        for i in free:
            if any(self.words[j] in self.cues.determiners for j in range(max(0, i - 2), i)):
                plural = self.words[i].endswith("s") and not self.words[i].endswith("ss")
                if not (plural and singular):
                    return True
        return False

    def _boundary_between(self, start: int, end: int) -> bool:
        return any(self.words[i] in self.cues.boundaries | {",", ";", ":"} for i in range(start + 1, end))

    def _introduced_in_another_clause(self, at: int) -> bool:
        earlier = [i for i in range(at) if i in self.named or (self.is_content(i) and not self._is_asked_about(i))]
        return bool(earlier) and self._boundary_between(earlier[0], at)

    def _stands_for_another(self, at: int) -> bool:
        """ "What did Azoulay say about her?": within one clause, the pronoun at its end is somebody else."""
        if at + 1 < len(self.words) or (at and self.words[at - 1] in self.cues.accompanying):
            return False
        return self.language in ("fr", "en", "ru") and not self._boundary_between(0, at)
