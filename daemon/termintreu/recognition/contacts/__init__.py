"""The people the user knows, from the configuration and from address books, and which of them a call is with."""
