"""python -m images_sdkgen"""

import sys

from .cli import main

sys.exit(main())
