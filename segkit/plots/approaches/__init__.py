"""Figures of the gallery: one file per approach, called like its notebook.

Each function takes a table and returns the axes of a figure; nothing here computes.
"""
