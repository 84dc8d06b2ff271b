"""Scenarios played: each on the real runtime, in a store of its own, with a clock that stands where it is put.

Nothing is simulated but the clock. What is played depends on the compiled definition and the scenario alone: salts are
counted, people are those of the scenario, and between two steps time acts at every instant at which something is due,
as it would on a machine that is never switched off.
"""

from __future__ import annotations

from casedsl.play.player import Line, Played, Player, play
from casedsl.play.theatre import Theatre

__all__ = ["Line", "Played", "Player", "Theatre", "play"]
