"""Text to vector: the default model out of its package, any other by name or folder, on one of two backends."""

from corpus.embedding.hashing import HashEmbedder
from corpus.embedding.models import DEFAULT_MODEL, load_embedder
from corpus.embedding.protocol import Backend, Embedder, Prompts

__all__ = ["DEFAULT_MODEL", "Backend", "Embedder", "HashEmbedder", "Prompts", "load_embedder"]
