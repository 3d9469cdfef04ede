"""Errors of answering.

GenerationError
├── GeneratorUnavailableError   the model endpoint is down, slow or over its ceiling (transient)
└── UngroundedAnswerError       nothing that the model wrote is supported by the passages
"""

from corpus.errors import TobenError


class GenerationError(TobenError):
    """A language model could not compose an answer; callers fall back to the extractive composer."""


class GeneratorUnavailableError(GenerationError):
    """The endpoint refused, timed out, or answered nonsense."""


class UngroundedAnswerError(GenerationError):
    """No sentence of the model's answer is supported by the passages given to it."""
