"""Figures of the gallery: one file per approach, called like its notebook.

Each function takes a table and returns a `segkit.plots.Chart`; nothing here computes.
"""
