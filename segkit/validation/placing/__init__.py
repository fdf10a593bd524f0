"""Placing: which few questions put a new customer into one of the segments in use?

A typing tool, usable on paper. `fields` says what may be asked and which answers there are;
`scoring` turns answers into points; `folds` finds the questions and judges the finding on people
who took no part in it; `rules` says each segment in words, as a short tree; `questionnaire` holds
it together. Segments come in as labels: this room knows no approach. Taught in notebook
approaches/placing.
"""

from segkit.validation.placing.questionnaire import tool
