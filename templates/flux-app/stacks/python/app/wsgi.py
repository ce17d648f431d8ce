"""What a WSGI server loads."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

from app.routes import Info
from app.service import Service


def read_info() -> Info:
    """The name and version of pyproject.toml, or the version that the image was built as."""
    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())["project"]
    return Info(name=project["name"], version=os.environ.get("APP_VERSION") or project["version"])


application = Service(read_info())
