"""Settings: names and numbers only, from `kzchat.toml` in the current folder and from `KZCHAT_*` variables.

In: the environment and the file that `KZCHAT_CONFIG` names (default `./kzchat.toml`). Out: a frozen `Settings`.
A variable wins over the file; an option of a command wins over both (`Settings.model_copy(update=...)`).
"""

import os
from hashlib import sha256
from pathlib import Path
from typing import Literal

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from kzchat.errors import SettingsError

DEFAULT_OLLAMA_MODEL = "qwen2.5-coder:1.5b"
DEFAULT_GGUF = "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
# The files that `kzchat pull` fetches, by the names that a model may be asked for.
_SMALL_GGUF = "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"
_GGUF_OF = {
    DEFAULT_OLLAMA_MODEL: DEFAULT_GGUF, "default": DEFAULT_GGUF,
    "qwen2.5-coder:0.5b": _SMALL_GGUF, "small": _SMALL_GGUF,
}  # fmt: skip


Component = Literal["dense", "lexical", "spelling", "passages", "asked", "collapse", "quota"]
Check = Literal["facts", "entailment", "answers"]


def _ollama_host() -> str:
    return os.environ.get("OLLAMA_HOST") or "http://127.0.0.1:11434"


class Settings(BaseSettings):
    """Everything that can be configured. Frozen; pass it explicitly."""

    model_config = SettingsConfigDict(env_prefix="KZCHAT_", frozen=True, extra="forbid")

    # folders
    corpus: Path = Path("seeds")
    home: Path = Field(default_factory=lambda: user_data_path("kzchat"))

    # model
    backend: Literal["auto", "ollama", "embedded"] = "auto"
    model: str = DEFAULT_OLLAMA_MODEL  # the name by which the Ollama server knows it
    ollama_host: str = Field(default_factory=_ollama_host)
    gguf: Path | None = None  # the embedded model; None: the one that `kzchat pull` fetches
    context_window: int = Field(default=2048, ge=1024)  # tokens; prompts are budgeted to stay below it
    max_answer_tokens: int = Field(default=160, ge=16)
    # Languages that the model writes well enough to be read. In another it drafts in English, and the source sentences
    # that support the draft are shown in its place.
    fluent_languages: tuple[str, ...] = ("fr", "en", "ru", "ar")
    threads: int = Field(default_factory=lambda: os.cpu_count() or 2, ge=1)
    timeout_s: float = Field(default=600.0, gt=0)  # for one request; a processor without a GPU is slow

    # retrieval
    dense_candidates: int = Field(default=50, ge=1)
    lexical_candidates: int = Field(default=50, ge=1)
    evidence_language: str | None = None  # articles of this language only, as ISO 639-1; None: of any
    search_without: tuple[Component, ...] = ()  # components switched off, to see what each is worth
    evidence_sentences: int = Field(default=8, ge=1)
    first_sentences: int = Field(default=5, ge=1)  # shown to the model before the rest
    evidence_tokens: int = Field(default=560, ge=100)  # the most that evidence may take of a prompt

    verify_without: tuple[Check, ...] = ()  # checks switched off, to see what each is worth; never for readers

    # A question waits for so many changed articles to be indexed first; more are only reported.
    index_before_answer: int = Field(default=50, ge=0)

    # the chat page
    password: SecretStr | None = None  # asked for by the page, whatever the user's name
    corpus_changes: bool = False  # whether readers of the page may add and remove articles

    # limits
    max_check_chars: int = Field(default=20_000, ge=100)  # of a text that is held against the articles
    max_question_chars: int = Field(default=2000, ge=10)
    max_file_bytes: int = Field(default=20_000_000, ge=1)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Options, then variables, then the file."""
        file = Path(os.environ.get("KZCHAT_CONFIG") or "kzchat.toml")
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=file))

    @property
    def models_folder(self) -> Path:
        """Where `kzchat pull` keeps model files."""
        return self.home / "models"

    @property
    def gguf_path(self) -> Path:
        """The embedded model's file, whether it is there or not.

        Where the embedded model is asked for, `model` names it: one that `kzchat pull` fetches, or a file of the models
        folder without its ending. As a stand-in for a model of Ollama's, it is the default one.
        """
        name = self.model.removesuffix(".gguf")
        unknown = f"{name}.gguf" if self.backend == "embedded" else DEFAULT_GGUF
        return self.gguf or self.models_folder / _GGUF_OF.get(name, unknown)

    @property
    def index_folder(self) -> Path:
        """One index a corpus: named after it, told apart by its absolute path."""
        corpus = self.corpus.resolve()
        return self.home / "index" / f"{corpus.name}-{sha256(str(corpus).encode()).hexdigest()[:8]}"


def load_settings(**options: object) -> Settings:
    """Read the settings; `options` that are None are left to the file and the environment.

    Raises:
        SettingsError: a value cannot be used, or the file is not valid TOML.
    """
    given = {name: value for name, value in options.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise SettingsError(
            f"The setting {name} cannot be used: {first['msg']}.",
            f"Correct the option, the line in kzchat.toml, or the variable KZCHAT_{name.upper()}.",
        ) from error
    except ValueError as error:
        raise SettingsError(f"kzchat.toml is not valid TOML: {error}.", "Correct that line.") from error
