"""Article in, LlamaIndex nodes out: one TextNode a sentence, each with its verbatim span.

A sentence is the unit of search and of citation. LlamaIndex's own parsers look offsets up with `str.find`, which
gives a repeated sentence the place of its first occurrence; these come from the splitter.
"""

from collections.abc import Sequence
from typing import Any

from llama_index.core.node_parser import NodeParser
from llama_index.core.schema import BaseNode, Document, NodeRelationship, TextNode

from kzchat.corpus import content_spans
from kzchat.schema import Article, Sentence
from kzchat.sentences import sentence_spans


def split(article: Article) -> list[Sentence]:
    """The sentences of an article, in order, without its boilerplate."""
    return [
        Sentence(
            article.file, span.start, span.end, article.text[span.start : span.end], article.language, article.sha256
        )
        for content in content_spans(article)
        for span in sentence_spans(article.text, content.start, content.end)
    ]


class SentenceParser(NodeParser):
    """Documents whose id is the file of one of `articles` to sentence nodes, for use as a LlamaIndex node parser."""

    articles: dict[str, Article]

    def _parse_nodes(self, nodes: Sequence[BaseNode], show_progress: bool = False, **kwargs: Any) -> list[BaseNode]:
        return [
            TextNode(
                id_=sentence.id,
                text=sentence.text,
                start_char_idx=sentence.start,
                end_char_idx=sentence.end,
                metadata={"file": sentence.file, "language": sentence.language},
                relationships={NodeRelationship.SOURCE: document.as_related_node_info()},
            )
            for document in nodes
            for sentence in split(self.articles[document.id_])
        ]

    def _postprocess_parsed_nodes(self, nodes: list[BaseNode], parent_doc_map: dict[str, Document]) -> list[BaseNode]:
        return nodes  # the base class would overwrite the offsets


def to_nodes(article: Article) -> list[TextNode]:
    """One article as sentence nodes."""
    document = Document(id_=article.file, text=article.text)
    nodes = SentenceParser(articles={article.file: article}).get_nodes_from_documents([document])
    return [node for node in nodes if isinstance(node, TextNode)]
