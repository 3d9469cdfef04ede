"""Ground floor: what a document is, who may read it, where it is kept and found."""
