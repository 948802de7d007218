"""kzchat: answers about press articles, every sentence tied to the exact sentence that supports it.

from kzchat import Assistant, load_settings

assistant = Assistant.open(load_settings(corpus="seeds"))
answer = assistant.ask("Qui a reçu l'ambassadrice ?").result()
for citation in answer.citations:
    print(citation.n, citation.file, citation.quote)
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kzchat.assistant import AnswerStream, Assistant
    from kzchat.schema import Answer, Citation, Claim
    from kzchat.settings import Settings, load_settings

__version__ = "0.1.0"
__all__ = ["Answer", "AnswerStream", "Assistant", "Citation", "Claim", "Settings", "load_settings"]

_HOMES = {"Assistant": "assistant", "AnswerStream": "assistant", "Settings": "settings", "load_settings": "settings"}


def __getattr__(name: str) -> object:
    """Import the public names when they are first used: `import kzchat` and `kzchat --help` stay instant."""
    if name not in __all__:
        raise AttributeError(f"module 'kzchat' has no attribute {name!r}")
    return getattr(import_module(f"kzchat.{_HOMES.get(name, 'schema')}"), name)
