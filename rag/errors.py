"""Errors of answering.

GenerationError
├── GeneratorUnavailableError   the model endpoint is down, slow or over its ceiling (transient)
│   └── CutOffError             its reply broke off after it had begun
└── UngroundedAnswerError       nothing that the model wrote is supported by the passages
"""

from corpus.errors import TobenError


class GenerationError(TobenError):
    """A language model could not compose an answer; callers fall back to the extractive composer."""


class GeneratorUnavailableError(GenerationError):
    """The endpoint refused, timed out, or answered nonsense."""


class CutOffError(GeneratorUnavailableError):
    """The reply broke off, stalled or ran over its time after it had begun."""


class UngroundedAnswerError(GenerationError):
    """No sentence of the model's answer is supported by the passages given to it."""
