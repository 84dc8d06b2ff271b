"""The author's claims: proved of every case, or refuted with a case that goes a way."""
