"""The facts of an evaluation, in the past tense: the promise on disk.

Every event has an explicit topic and version. A stored event is never edited; when a form must change, the class
gets a new version and :data:`UPCASTERS` learns to read the old one.
"""

from spbe_core.events.assessment import IndicatorScored, ItemJudged
from spbe_core.events.card import CardRecord
from spbe_core.events.codec import EVENT_CLASSES, UPCASTERS, decode, encode, topic_of
from spbe_core.events.edition import EditionRegistered, edition_stream
from spbe_core.events.erasure import ContentErased
from spbe_core.events.event import Event
from spbe_core.events.evidence import EvidenceCoverageAdded, EvidenceSubmitted, EvidenceSuperseded, EvidenceWithdrawn
from spbe_core.events.objection import ObjectionAnswered, ObjectionRaised
from spbe_core.events.people import (
    ActorAppointed,
    ActorDismissed,
    PermissionsAdopted,
    PersonErased,
    UnitClosed,
    UnitRegistered,
)
from spbe_core.events.process import EvaluationOpened, EvaluationReopened, ResultDetermined, StageClosed
from spbe_core.events.work import WorkAssigned

__all__ = [
    "EVENT_CLASSES",
    "UPCASTERS",
    "ActorAppointed",
    "ActorDismissed",
    "CardRecord",
    "ContentErased",
    "EditionRegistered",
    "EvaluationOpened",
    "EvaluationReopened",
    "Event",
    "EvidenceCoverageAdded",
    "EvidenceSubmitted",
    "EvidenceSuperseded",
    "EvidenceWithdrawn",
    "IndicatorScored",
    "ItemJudged",
    "ObjectionAnswered",
    "ObjectionRaised",
    "PermissionsAdopted",
    "PersonErased",
    "ResultDetermined",
    "StageClosed",
    "UnitClosed",
    "UnitRegistered",
    "WorkAssigned",
    "decode",
    "edition_stream",
    "encode",
    "topic_of",
]
