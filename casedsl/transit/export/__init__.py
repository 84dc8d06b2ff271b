"""What a map is written as, beside SVG: one file for each form, each loaded when it is asked for."""
