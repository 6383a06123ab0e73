"""`python -m termintreu`."""

import sys

from termintreu.ui.cli.arguments import main

sys.exit(main())
