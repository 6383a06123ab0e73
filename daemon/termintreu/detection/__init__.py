"""Detection: is an occurrence a call, by phone or video, which number, code and link, who is on the other side, who
dials, and is its time vague. Pure; foreign text comes in, and only names, numbers and links of calls go out.
"""

from termintreu.detection.detect import Detection, detect
from termintreu.detection.detector import Detector
from termintreu.detection.numbers import find_numbers, parse_number
from termintreu.detection.windows import find_window
from termintreu.detection.words import find_words, gestures_of

__all__ = [
    "Detection",
    "Detector",
    "detect",
    "find_numbers",
    "find_window",
    "find_words",
    "gestures_of",
    "parse_number",
]
