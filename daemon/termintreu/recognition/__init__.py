"""Is it a call, with whom, and how is the other side reached. Pure, but for asking address books."""
