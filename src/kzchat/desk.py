"""A reader's preferences in, an assistant that follows them out; which models there are to choose from.

All assistants search one index. A model is opened when the first question needs it, and shared by all who chose it.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Lock, RLock
from time import monotonic

from kzchat.assistant import Assistant
from kzchat.embedding import default_embedder
from kzchat.errors import KzchatError
from kzchat.languages import LANGUAGES
from kzchat.llm import ChatModel, open_model
from kzchat.reader import Preferences
from kzchat.settings import Settings

PASSAGES = (4, 6, 8, 12, 16)  # sentences that may be read for an answer; how many fit is the budget's business
_OLLAMA, _EMBEDDED = "ollama:", "embedded:"
_MODELS_OPEN = 2  # an embedded one takes a gigabyte of memory
_LISTING_S = 30.0  # for so long the list of models is not asked for again

Opener = Callable[[Settings], tuple[ChatModel, str | None]]


class Desk:
    """Assistants for several readers over one index. Safe to share between threads."""

    def __init__(self, assistant: Assistant, opener: Opener = open_model) -> None:
        """Take the assistant whose index and settings all share, and what opens a model."""
        self.settings = assistant.settings
        self.index = assistant.index
        self._opener = opener
        self._assistants: dict[tuple[str, int, str], Assistant] = {}
        self._models: dict[str, tuple[ChatModel, str | None]] = {}
        self._listed: tuple[float, list[str]] | None = None
        self._lock = RLock()
        self._opening = Lock()  # loading takes seconds, in which others go on reading

    def close(self) -> None:
        """Free the models."""
        with self._lock:
            for model, _ in self._models.values():
                model.close()
            self._models.clear()
            self._assistants.clear()

    def allowed(self, wished: Preferences) -> Preferences:
        """The preferences with what this server cannot do left out."""
        return Preferences(
            wished.language if wished.language in LANGUAGES else "",
            wished.theme if wished.theme in ("light", "dark") else "",
            wished.model if wished.model in self.models() else "",
            wished.passages if wished.passages in PASSAGES else 0,
            wished.evidence_language if wished.evidence_language in self.languages() else "",
        )

    def languages(self) -> list[str]:
        """The languages of the articles, the most frequent first."""
        found = [article.language for article in self.index.manifest.contents()]
        return sorted(set(found), key=lambda language: (-found.count(language), language))

    def models(self) -> list[str]:
        """What a reader may choose: "ollama:NAME" for each model of the server, "embedded:FILE" for each file."""
        with self._lock:
            if self._listed is None or monotonic() - self._listed[0] > _LISTING_S:
                self._listed = (monotonic(), self._list_models())
            return self._listed[1]

    def _list_models(self) -> list[str]:
        found: list[str] = []
        if self.settings.backend != "embedded":
            from kzchat.ollama_model import OllamaModel

            with suppress(KzchatError):  # no server, nothing to choose; an answer says what is missing
                found += [_OLLAMA + name for name in OllamaModel(self.settings).installed()]
        if self.settings.backend != "ollama" and self.settings.models_folder.is_dir():
            found += [_EMBEDDED + path.name for path in sorted(self.settings.models_folder.glob("*.gguf"))]
        return found

    def model_name(self, preferences: Preferences) -> tuple[str, str]:
        """The model that would answer, and its backend, as far as it is known before it is opened."""
        with self._lock:
            if preferences.model in self._models:
                model = self._models[preferences.model][0]
                return model.name, model.backend
        settings = self._settings(preferences)
        if settings.backend == "embedded" or (settings.backend == "auto" and not self._ollama_has(settings.model)):
            return settings.gguf_path.stem, "embedded"
        return settings.model, "ollama"

    def _ollama_has(self, name: str) -> bool:
        return any(model in (_OLLAMA + name, f"{_OLLAMA}{name}:latest") for model in self.models())

    def assistant(self, preferences: Preferences) -> Assistant:
        """The assistant for these preferences, which must be allowed."""
        key = (preferences.model, preferences.passages, preferences.evidence_language)
        with self._lock:
            if key not in self._assistants:
                settings = self._settings(preferences)
                self._assistants[key] = Assistant(
                    settings, self.index, default_embedder(), partial(self._open, preferences.model, settings)
                )
            return self._assistants[key]

    def _settings(self, preferences: Preferences) -> Settings:
        changes: dict[str, str | int | Path] = {}
        if preferences.passages:
            changes["evidence_sentences"] = preferences.passages
        if preferences.evidence_language:
            changes["evidence_language"] = preferences.evidence_language
        if preferences.model.startswith(_OLLAMA):
            changes |= {"backend": "ollama", "model": preferences.model.removeprefix(_OLLAMA)}
        elif preferences.model.startswith(_EMBEDDED):
            file = self.settings.models_folder / preferences.model.removeprefix(_EMBEDDED)
            changes |= {"backend": "embedded", "gguf": file}
        return self.settings.model_copy(update=changes)

    def _open(self, key: str, settings: Settings) -> tuple[ChatModel, str | None]:
        with self._opening:
            if key in self._models:
                return self._models[key]
            while len(self._models) >= _MODELS_OPEN:
                self._forget(next(iter(self._models)))
            self._models[key] = self._opener(settings)
            return self._models[key]

    def _forget(self, key: str) -> None:
        with self._lock:
            self._models.pop(key)[0].close()
            for used in [used for used in self._assistants if used[0] == key]:
                del self._assistants[used]
