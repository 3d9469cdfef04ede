"""Where passages are found: one lexical and one vector index per compartment."""
