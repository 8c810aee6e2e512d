"""Files that are whole or not there."""

import json
import os
from pathlib import Path
from typing import Any


def write_json(path: Path, content: Any) -> None:
    """Write JSON to a temporary file beside `path`, then rename: never half a file."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(json.dumps(content))
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
