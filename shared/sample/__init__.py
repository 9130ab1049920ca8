"""The labelled sample: four communes, sixty days, a campaign of the current year."""

from shared.sample.loading import Loaded, load
from shared.sample.removal import clear

__all__ = ["Loaded", "clear", "load"]
