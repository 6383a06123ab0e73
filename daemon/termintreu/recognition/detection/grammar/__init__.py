"""One small grammar for titles and places: words are cut and tagged from the lexicon, then read by a few rules.

A text becomes a string of tags, one letter for each word (`lexicon.TAGS`) or sign, and rules are patterns over that
string: `states` strikes out what is no call, `signs` looks for calls in the rest, `names` for who takes part. Letter
case and punctuation are no condition anywhere.
"""
