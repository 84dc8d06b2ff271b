"""The lexer for Pygments, with which Sphinx, MkDocs and many sites colour code: ```` ```case ````.

Pygments finds it by the entry point of the package. It isn't a `RegexLexer`, because the states of such a lexer
can't follow an indent: which words begin a line depends on the block in which it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import ClassVar

from pygments.lexer import Lexer
from pygments.token import Comment, Keyword, Literal, Name, Number, Operator, Punctuation, String, Text, Whitespace
from pygments.token import _TokenType as TokenType

from casedsl.editors.colour import pieces
from casedsl.editors.highlight import Highlighting, highlighting
from casedsl.syntax.language import LANGUAGE, Language

TOKENS = {
    "comment": Comment.Single,
    "string": String,
    "escape": String.Escape,
    "gap": String.Interpol,
    "keyword": Keyword,
    "flag": Keyword.Declaration,
    "clause": Keyword,
    "word": Operator.Word,
    "type": Keyword.Type,
    "name": Name.Class,
    "reference": Name.Variable,
    "number": Number,
    "unit": Keyword.Constant,
    "constant": Literal.Date,
    "operator": Operator,
    "punctuation": Punctuation,
}
_BLANKS = re.compile(r"(\s+)")


class CaseLexer(Lexer):
    """Colours definitions of case types."""

    name = "Case definition"
    aliases: ClassVar[list[str]] = ["case", "casedsl"]
    filenames: ClassVar[list[str]] = ["*.case"]
    mimetypes: ClassVar[list[str]] = ["text/x-case"]
    language: ClassVar[Language] = LANGUAGE

    def get_tokens_unprocessed(self, text: str) -> Iterator[tuple[int, TokenType, str]]:
        for start, end, shown in pieces(text, _rules(self.language)):
            for part in _BLANKS.split(text[start:end]) if not shown else (text[start:end],):
                if part:
                    yield start, TOKENS[shown] if shown else Whitespace if part.isspace() else Text, part
                    start += len(part)


@cache
def _rules(language: Language) -> Highlighting:
    return highlighting(language)
