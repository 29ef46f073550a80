"""Charts as inline SVG: text stays text, colours follow the page.

Modules:
    canvas: a matplotlib figure, and how it becomes SVG.
    operating: FROC and ROC.
    slices: Pd and Pfa of the parts of a suite.
    defects: Pd and Pfa over the severity of each defect.
"""
