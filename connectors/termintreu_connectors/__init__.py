"""Connectors: everything that talks to a server, a feed or a folder. They import model, ports and errors only."""
