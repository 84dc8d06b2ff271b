"""The printer: a tree as the text that an author would have written, in either coat, always in the same form.

`print_case` and `print_yaml` read the same table of constructs as the readers do, so a construct that stands in the
table can be printed. What is printed and read again is the same tree with the same comments, and printing that changes
nothing; `casedsl.syntax.alike` says what "the same" means.
"""

from casedsl.syntax.printing.case import print_case, print_case_lines
from casedsl.syntax.printing.yaml import print_yaml, print_yaml_lines

__all__ = ["print_case", "print_case_lines", "print_yaml", "print_yaml_lines"]
