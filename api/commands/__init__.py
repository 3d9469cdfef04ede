"""Commands of ``toben``, one module a group."""
