"""Stand-ins for services that nobody can log in to here, written from their documentation."""
