"""Files as people have them: `reading` brings any of them over as rows of text, nothing judged.

`kinds` tells what a file is by its first bytes, `encodings` and `dialect` how a text is written,
`delimited` and `sheets` bring it over, `grid` finds heading and odd rows, `several` reads files
that are parts of one table.
"""
