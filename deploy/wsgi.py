"""The composition root: both doors over one house."""

import os

import admin.blueprint
import kiosk.blueprint
from shared.config import Settings
from shared.web.app import create_app

app = create_app(
    Settings.from_environment(os.environ), (kiosk.blueprint.register, admin.blueprint.register)
)
