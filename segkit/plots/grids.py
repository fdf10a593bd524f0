"""Heat maps as this house draws them: with seaborn, which is loaded when the first is drawn."""


def heat(axes, table, *, written=None, size=9, **look):
    """Draw a table as a heat map, darker for more; a field without a value stays empty.

    `table` is a DataFrame, its index and columns the names beside it; `written` the texts in the
    fields, an array of the same shape, or True for the values; `look` goes to `seaborn.heatmap`.
    """
    import seaborn

    fields = {"cmap": "Blues", "cbar": False, "linewidths": 1, "fmt": "", **look}
    seaborn.heatmap(table, ax=axes, annot=written, annot_kws={"fontsize": size}, **fields)
    axes.set(xlabel="", ylabel="")
    axes.tick_params(length=0, labelrotation=0)
    axes.grid(visible=False)
