"""`python -m spamstrip`, the same as the `spamstrip` command."""

import sys

from .cli import main

sys.exit(main())
