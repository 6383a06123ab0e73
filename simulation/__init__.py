"""Weeks in minutes: the real daemon in one thread on a virtual clock, against servers, files and people that are acted
out from a script. `docs/simulation.md` tells how it is used; `python -m simulation` runs it.

What the program reads of the world goes through the standard library's own seams, and those are what is replaced here:
the event loop with its clock, executor, signals and connections; `time`; `socket.getaddrinfo`; `sqlite3.connect`. No
module of ours is replaced, but for the two whose work is threads: how files are watched, and who asks for a status.
"""
