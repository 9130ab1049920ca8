"""Measurements of load, growth, page weight and memory; neither tests nor product."""
