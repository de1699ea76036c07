"""``python -m monitord.cli``: the command line where the ``monitord`` script is not on the path."""

import sys

from monitord.cli import main

sys.exit(main())
