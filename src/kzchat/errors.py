"""Every error a user can cause or cure, each with what to do next.

KzchatError                 exit code 1
├── UsageError              exit code 2: the command or the question cannot be used as given
├── SettingsError           exit code 2: kzchat.toml or a KZCHAT_* variable is wrong
├── CorpusError             the folder of articles or one of its files cannot be read
├── IndexingError           the index cannot be written, opened or shared
│   └── IndexingBusy        another process is writing it
├── PullError               a model could not be fetched or is damaged
├── ModelError              the model cannot answer
│   ├── OllamaUnreachable   no Ollama server answers
│   └── ModelMissing        the server or the machine does not have that model
├── Stopped                 the reader stopped the answer
└── EvalError               a case file cannot be used
"""


class KzchatError(Exception):
    """What happened, and what the reader can do about it."""

    exit_code = 1

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}"


class UsageError(KzchatError):
    """The command or the question cannot be used as given."""

    exit_code = 2


class SettingsError(KzchatError):
    """A setting has a value that cannot be used."""

    exit_code = 2


class CorpusError(KzchatError):
    """The folder of articles or one of its files cannot be read."""


class IndexingError(KzchatError):
    """The index cannot be written, opened or shared."""


class IndexingBusy(IndexingError):
    """Another process is writing the index."""


def not_written(why: str) -> IndexingError:
    """The disk is full or the folder not writable."""
    return IndexingError(
        f"The index could not be written: {why}.",
        "Free some space or check the folder's permissions, then run: kzchat index (it goes on from here)",
    )


class PullError(KzchatError):
    """A model could not be fetched or is damaged."""


class ModelError(KzchatError):
    """The model cannot answer."""


class OllamaUnreachable(ModelError):
    """No Ollama server answers at the configured address."""


class ModelMissing(ModelError):
    """The server or the machine does not have the model that was asked for."""


class CalibrationError(KzchatError):
    """A file of calibrations cannot be used."""

    def __init__(self, path: object, why: str) -> None:
        super().__init__(
            f"The calibration file {path} cannot be used: {why}.", "Correct it, or delete it and calibrate again."
        )


class Stopped(KzchatError):
    """The reader stopped the answer."""


class EvalError(KzchatError):
    """A case file cannot be used."""
