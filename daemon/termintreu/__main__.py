"""`python -m termintreu`."""

import sys

from termintreu.cli import main

sys.exit(main())
