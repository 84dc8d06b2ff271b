"""The certificate: what is proved of a definition, for whoever has to rely on it.

`theorems.py` says what each rule looks at and what its silence proves, `certificate.py` puts together what holds, what
was only looked for and what was let stand, `telling.py` writes it for people and programs.
"""
