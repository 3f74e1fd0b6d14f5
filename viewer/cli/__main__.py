"""`python -m viewer.cli` is `skbscope`."""

import sys

from viewer.cli.door import main

if __name__ == "__main__":
    sys.exit(main())
