"""Channels: handlers that deliver what a case says to the world, with the standard library alone.

Each module is imported by its own name, and none by `import casedsl_runtime`: `mail` sends messages by SMTP, `webhook`
posts signed events, `calls` asks an HTTP service and brings its answer back, `wiring` makes handlers from a settings
file. All of them stand on the same two: `address` says which hosts may be talked to, `wire` talks to them within a
total time and a total size.
"""
