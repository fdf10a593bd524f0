"""The workbook as a program: run the chain, prepare a copy to work in, publish, report.

`parameters` checks what the user set, `freshness` decides what must run again, `kernels`
executes, `run` ties them together, `lab` prepares a copy for JupyterLab, `publish` turns the
text sources into the committed notebooks, `report` joins the executed ones, `cli` speaks to
the user. Nothing here computes a result: whatever a reader sees comes out of a notebook.
"""
