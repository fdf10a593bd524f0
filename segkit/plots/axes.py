"""Axes that show themselves: what every figure of the workbook returns.

A figure of this house knows no pyplot, so nothing would show it at the end of a cell. Its axes do:
as a PNG of the whole figure, read aloud as `alt`. They are ordinary matplotlib axes, so an analyst
changes a title or adds a line and shows them again:

    axes = plots.segments.shares(sizes)
    axes.set_title("Who we serve")
    axes

Further panels are in `axes.figure.axes`.
"""

import base64
import io

from matplotlib import axes as matplotlib_axes
from matplotlib import rc_context

DPI = 100
"""Dots per inch of a picture in a notebook."""


class Axes(matplotlib_axes.Axes):
    """Axes of a finished figure: shown as a PNG, read aloud as `alt`."""

    @property
    def alt(self):
        """Return the words for those who cannot see the figure."""
        return self.figure.alt

    def png(self):
        """Return the figure as PNG bytes, the same bytes for the same figure.

        With 128 colours instead of millions: charts look the same at a third of the size.
        """
        from PIL import Image

        drawn, packed = io.BytesIO(), io.BytesIO()
        with rc_context(self.figure.look):
            self.figure.savefig(drawn, format="png", dpi=DPI)
        few = Image.open(drawn).convert("RGB").quantize(colors=128, dither=Image.Dither.NONE)
        few.save(packed, format="png", optimize=True)
        return packed.getvalue()

    def save(self, path):
        """Write the PNG to `path`."""
        with open(path, "wb") as file:
            file.write(self.png())

    def _repr_mimebundle_(self, include=None, exclude=None):
        data = {"image/png": base64.b64encode(self.png()).decode(), "text/plain": self.alt}
        return data, {"image/png": {"alt": self.alt}}
