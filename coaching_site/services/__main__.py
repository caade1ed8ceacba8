"""Start the supervisor by path, without a boot of Django: what ``./run`` does in the end."""

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from coaching_site.services.supervisor import main

    sys.exit(main())
