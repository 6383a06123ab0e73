"""Tools of the repository: they make what is generated and what is released. Nothing here ships to users."""
