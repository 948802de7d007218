"""Sentences and passages in, LlamaIndex nodes out, as Chroma's adapter takes them.

LlamaIndex's own parsers look offsets up with `str.find`, which gives a repeated sentence the place of its first
occurrence; these come from the splitter. Imported only where something is indexed: LlamaIndex takes seconds to load.
"""

from collections.abc import Sequence
from typing import Any

from llama_index.core.node_parser import NodeParser
from llama_index.core.schema import BaseNode, Document, NodeRelationship, TextNode

from kzchat.schema import Article, Passage, Sentence, day_number


class SpanParser(NodeParser):
    """A LlamaIndex node parser for documents whose sentences or passages are known, by the document's id."""

    items: dict[str, list[Any]]  # of Sentence or Passage: pydantic would copy each if it knew
    days: dict[str, int]

    def _parse_nodes(self, nodes: Sequence[BaseNode], show_progress: bool = False, **kwargs: Any) -> list[BaseNode]:
        return [
            TextNode(
                id_=item.id,
                text=item.text,
                start_char_idx=item.start,
                end_char_idx=item.end,
                metadata={"file": item.file, "language": item.language, "day": self.days[document.id_]},
                relationships={NodeRelationship.SOURCE: document.as_related_node_info()},
            )
            for document in nodes
            for item in self.items[document.id_]
        ]

    def _postprocess_parsed_nodes(self, nodes: list[BaseNode], parent_doc_map: dict[str, Document]) -> list[BaseNode]:
        return nodes  # the base class would overwrite the offsets


def to_nodes(article: Article, items: Sequence[Sentence] | Sequence[Passage]) -> list[TextNode]:
    """Sentences or passages of an article as nodes, in the same order."""
    document = Document(id_=article.file, text=article.text)
    parser = SpanParser(items={article.file: list(items)}, days={article.file: day_number(article.date)})
    return [node for node in parser.get_nodes_from_documents([document]) if isinstance(node, TextNode)]
