"""Answer a question from the passages its asker may read."""
