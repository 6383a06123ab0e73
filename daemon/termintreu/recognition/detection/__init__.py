"""Detection: is an occurrence a call, by phone or video, which number, code and link, who is on the other side, who
dials, and is its time vague. Pure; foreign text comes in, and only names, numbers and links of calls go out.
"""

from termintreu.recognition.detection.detect import Detection, detect
from termintreu.recognition.detection.detector import Detector
from termintreu.recognition.detection.hashtag_words import find_words, gestures_of
from termintreu.recognition.detection.numbers import find_numbers, parse_number
from termintreu.recognition.detection.why_not import WhyNot, why_not
from termintreu.recognition.detection.windows import find_window

__all__ = [
    "Detection",
    "Detector",
    "WhyNot",
    "detect",
    "find_numbers",
    "find_window",
    "find_words",
    "gestures_of",
    "parse_number",
    "why_not",
]
