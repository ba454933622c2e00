"""Domain 3, Layanan SPBE: indicators 25-34 and the three lines 35a, 35b, 35c.

Indicator 35 is filled in for three services of the agency's choice; each is a line of its own, equal to the others
of its aspect. The data file carries that as three leaves of weight 20/6, so nothing has to be computed here.
"""

from typing import Final

from spbe_core.rules import AssessorLevel

RULES: Final = AssessorLevel(edition="permenpanrb-5-2018", node="D3", source="kuesioner")
