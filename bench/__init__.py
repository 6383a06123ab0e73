"""Measures the program and its peers on the same calendars: `make bench`. No part of the program."""
