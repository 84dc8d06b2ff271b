"""`casedsl check`: settings, files, cache, choice, output, fixes, each in a module of its own."""
