"""A new study from a folder of exports: look, guess, write it down, try it, tell.

`draft` looks at samples of the files and decides what they are (see
`segkit.newcomer.guessing`); `save` writes studies/NAME.yaml. Nothing is copied and no file is
read as a whole. The study file
is meant to be read: every column with values from the file, every doubt beside its line.
"""

from segkit.newcomer.drafts import Draft, draft, save
