"""One cycle, from reading to remembering, and what it works with. The stages themselves stand in other rooms."""
