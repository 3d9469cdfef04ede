"""Errors of answering.

GenerationError
├── GeneratorUnavailableError   the model endpoint is down, slow or over its ceiling (transient)
│   ├── GeneratorBusyError      as many calls as allowed are under way
│   └── CutOffError             its reply broke off after it had begun
├── UngroundedAnswerError       nothing that the model wrote is supported by the passages
└── ListenerGoneError           whoever asked has left before the answer was whole
"""

from corpus.errors import TobenError


class GenerationError(TobenError):
    """A language model could not compose an answer; callers fall back to the extractive composer."""


class GeneratorUnavailableError(GenerationError):
    """The endpoint refused, timed out, or answered nonsense."""


class GeneratorBusyError(GeneratorUnavailableError):
    """As many calls as allowed are under way; no fault of the endpoint."""


class CutOffError(GeneratorUnavailableError):
    """The reply broke off, stalled or ran over its time after it had begun."""


class UngroundedAnswerError(GenerationError):
    """No sentence of the model's answer is supported by the passages given to it."""


class ListenerGoneError(GenerationError):
    """Whoever asked has left before the answer was whole; nobody sees this."""
