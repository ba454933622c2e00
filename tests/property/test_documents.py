"""Editions and events survive being stored; damaged bytes are refused in the library's own words."""

import json
from typing import Any

import attrs
import msgspec
import pytest
from arrangements import attempt, code_of, refused, small_edition
from hypothesis import given
from hypothesis import strategies as st
from strategies import editions, events_of, moments, texts

from spbe_core import InputError, installed_rules
from spbe_core.events import (
    EVENT_CLASSES,
    EvaluationReopened,
    Event,
    EvidenceSuperseded,
    ResultDetermined,
    StageClosed,
    decode,
    encode,
    topic_of,
)
from spbe_core.exchange.evaluation_file import read_evaluation_csv, read_evaluation_json
from spbe_core.exchange.values_csv import bulk_values, read_bulk, read_values
from spbe_core.model.edition import Edition
from spbe_core.model.edition_document import read_edition

kinds = pytest.mark.parametrize("kind", EVENT_CLASSES, ids=lambda kind: kind.__name__)


def numbers_in(value: Any) -> list[object]:
    """Return every number in decoded JSON."""
    if isinstance(value, dict):
        return [number for member in value.values() for number in numbers_in(member)]
    if isinstance(value, list):
        return [number for member in value for number in numbers_in(member)]
    return [value] if isinstance(value, int | float) else []


def canonical(members: object) -> bytes:
    """Write JSON the way the library promises to, by other means."""
    return json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class TestEditions:
    @given(editions() | st.sampled_from(installed_rules().editions()))
    def test_round_trip(self, edition: Edition) -> None:
        """An edition read back from its document is equal, has the same digest and the same document."""
        again = read_edition(edition.document)

        assert again == edition
        assert attrs.asdict(again) == attrs.asdict(edition)
        assert (again.digest, again.document) == (edition.digest, edition.document)
        assert hash(again) == hash(edition)

    @given(editions())
    def test_documents_hold_no_json_float(self, edition: Edition) -> None:
        """Exact numbers are written as text; what is a JSON number is a whole one."""
        assert not [number for number in numbers_in(json.loads(edition.document)) if isinstance(number, float)]

    @given(st.data())
    def test_every_member_counts_for_the_digest(self, data: st.DataObject) -> None:
        """An edition that differs in any member is another edition."""
        edition = small_edition()
        members = json.loads(edition.document)
        name = data.draw(st.sampled_from(sorted(members.keys() - {"format"})))
        other = {"places": 3, "lifecycle": "draft", "default_grade_basis": "rounded", "in_force": "2030-01-02"}
        changed = other.get(name, "2040-01-01" if name == "repealed" else None)
        if isinstance(members[name], str) and changed is None:
            changed = members[name] + "x"
        if isinstance(members[name], list):
            changed = [*members[name], members[name][0]]
        if name == "scale":
            changed = {**members["scale"], "maximum": "6"}
        again = read_edition(canonical({**members, name: changed}))

        assert again.digest != edition.digest
        assert again != edition

    @given(st.binary(max_size=200) | st.recursive(st.none() | texts, st.lists, max_leaves=5).map(msgspec.json.encode))
    def test_other_bytes_are_refused(self, document: bytes) -> None:
        """Bytes that are no edition document are a rules error and nothing else."""
        with refused("edition-document-unreadable"):
            read_edition(document)

    @given(st.data())
    def test_damaged_documents_are_refused_or_read_as_another(self, data: st.DataObject) -> None:
        """A changed byte is an error or gives an edition of another digest, never the same."""
        document = bytearray(small_edition().document)
        place = data.draw(st.integers(0, len(document) - 1))
        document[place] ^= data.draw(st.integers(1, 255))
        edition, error = attempt(read_edition, bytes(document))

        assert code_of(error) in {None, "edition-document-unreadable"}
        assert edition is None or edition.digest != small_edition().digest

    @pytest.mark.parametrize("where", ["", "indicators", "citations", "scale"])
    def test_members_of_a_later_form_are_not_dropped(self, where: str) -> None:
        """A document with a member this version does not know is refused, at any depth, rather than read without it."""
        members = json.loads(small_edition().document)
        part = members[where] if where else members
        (part[0] if isinstance(part, list) else part)["later"] = "something"

        with refused("edition-document-unreadable"):
            read_edition(canonical(members))


class TestEvents:
    @kinds
    @given(data=st.data())
    def test_round_trip(self, kind: type[Event], data: st.DataObject) -> None:
        """An event written and read is equal, members of a later version included, and is written the same again."""
        event = data.draw(events_of(kind))
        state = encode(event)
        again = decode(topic_of(event), state)

        assert again == event
        assert type(again) is kind
        assert encode(again) == state

    @kinds
    @given(data=st.data())
    def test_bytes_are_canonical(self, kind: type[Event], data: st.DataObject) -> None:
        """Members are sorted at every depth, without white space or floats, so that digests can rest on them."""
        state = encode(data.draw(events_of(kind)))

        assert state == canonical(json.loads(state))
        assert not [number for number in numbers_in(json.loads(state)) if isinstance(number, float)]

    @kinds
    @given(data=st.data())
    def test_a_missing_member_is_unreadable(self, kind: type[Event], data: st.DataObject) -> None:
        """A stored event without one of its members is refused, unless the member may be left out."""
        event = data.draw(events_of(kind))
        members = json.loads(encode(event))
        required = {field.name for field in attrs.fields(kind) if field.default is attrs.NOTHING}
        left_out = data.draw(st.sampled_from(sorted(required)))
        del members[left_out]

        with refused("event-unreadable"):
            decode(topic_of(event), json.dumps(members).encode())

    @given(moments, texts)
    def test_unknown_members_are_kept(self, at: Any, text: str) -> None:
        """What a later version added is neither lost nor mixed up with what this version knows."""
        added = {"weight": "1/3", "nested": {"b": [1, None], "a": text}, "extra": {"reason": "theirs"}}
        event = EvaluationReopened(at=at, by="a", stage="self", reason="ours", extra=added)
        again = decode(topic_of(event), encode(event))

        assert isinstance(again, EvaluationReopened)
        assert again.extra == added
        assert (again.stage, again.reason) == ("self", "ours")

    @pytest.mark.parametrize("kind", [StageClosed, ResultDetermined])
    @given(data=st.data())
    def test_unknown_members_of_a_card_are_kept(self, kind: type[Event], data: st.DataObject) -> None:
        """The same holds inside a recorded card, whether or not the event itself has more members."""
        members = json.loads(encode(data.draw(events_of(kind))))
        added = data.draw(st.dictionaries(st.sampled_from(["later", "extra", "bounds"]), texts, min_size=1))
        members["card"] = {**members["card"], **added}
        state = canonical(members)
        again = decode(f"{kind.TOPIC}@1", state)

        assert again.card.extra == added  # type: ignore[attr-defined]
        assert encode(again) == state

    @given(
        st.sampled_from([f"{kind.TOPIC}@1" for kind in EVENT_CLASSES]) | st.text(max_size=30),
        st.binary(max_size=300)
        | st.recursive(st.none() | st.integers() | texts, st.lists, max_leaves=5).map(msgspec.json.encode)
        | st.dictionaries(st.sampled_from(["at", "by", "evidence", "successor", "extra"]), texts).map(
            msgspec.json.encode
        ),
    )
    def test_arbitrary_bytes_are_an_error_of_the_library(self, topic: str, state: bytes) -> None:
        """Whatever lies in the log, reading it gives an event or an error of this library, never another exception."""
        event, error = attempt(decode, topic, state)

        assert code_of(error) in {None, "event-unknown", "event-unreadable"}
        assert event is None or topic_of(event) == topic

    @kinds
    @given(data=st.data())
    def test_mutated_bytes_are_an_event_or_an_error(self, kind: type[Event], data: st.DataObject) -> None:
        """A few changed, lost or added bytes of a real event end in an event or an error of this library."""
        event = data.draw(events_of(kind))
        state = bytearray(encode(event))
        for _ in range(data.draw(st.integers(1, 3))):
            start = data.draw(st.integers(0, len(state)))
            state[start : start + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
        again, error = attempt(decode, topic_of(event), bytes(state))

        assert code_of(error) in {None, "event-unreadable"}
        assert again is None or decode(topic_of(event), encode(again)) == again

    @pytest.mark.parametrize(
        "state",
        [
            b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
            b'{"at":"2024-01-01T00:00:00","by":"a","evidence":"E1","successor":"E2"}',
            b'{"at":"0000-01-01T00:00:00Z","by":"a","evidence":"E1","successor":"E2"}',
            b'{"at":"2024-01-01T00:00:00Z","by":"\\ud800","evidence":"E1","successor":"E2"}',
            b'{"at":"2024-01-01T00:00:00Z","by":"a","evidence":1,"successor":"E2"}',
            b"[]",
            b"",
        ],
        ids=["deep", "no time zone", "no such year", "half a character", "wrong type", "no object", "empty"],
    )
    def test_hostile_states_are_unreadable(self, state: bytes) -> None:
        """Bytes made to break a reader are refused like any others."""
        with refused("event-unreadable"):
            decode("spbe:evidence-superseded@1", state)

    @pytest.mark.parametrize(
        "topic",
        [
            "spbe:evidence-superseded@0",
            "spbe:evidence-superseded@2",
            "spbe:evidence-superseded@01",
            "spbe:evidence-superseded@١",
            "spbe:evidence-superseded@" + "9" * 5000,
            "spbe:evidence-superseded",
            "spbe:no-such-thing@1",
            "",
        ],
    )
    def test_topics_of_no_known_version_are_unknown(self, topic: str) -> None:
        """A topic or version that never was, or is from the future, is named as unknown."""
        with refused("event-unknown"):
            decode(topic, b"{}")

    @given(st.text(st.characters(categories=["Cs"]), min_size=1, max_size=3), moments)
    def test_half_characters_are_refused_before_they_are_stored(self, text: str, at: Any) -> None:
        """Text that UTF-8 cannot hold, as a file name may be, is the sender's mistake and is not written."""
        with refused("text-not-unicode", InputError):
            encode(EvidenceSuperseded(at=at, by=text, evidence="E1", successor="E2"))


class TestFiles:
    """Files that people hand in: whatever they hold, the answer is values or an error of this library."""

    lines = st.lists(
        st.lists(st.sampled_from(["indicator", "value", "stage", "agency", "year", "1", "2", "3", "", "5.0"]) | texts),
        max_size=5,
    )
    contents = (
        st.binary(max_size=100)
        | st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace"))
        | lines.map(lambda rows: "\n".join(",".join(row) for row in rows).encode())
    )

    @given(contents)
    def test_values_csv(self, content: bytes) -> None:
        """A card of values is read or refused."""
        values, error = attempt(read_values, content, small_edition())

        assert error is not None or values
        assert (values or {}).keys() <= {"1", "2", "3", "4", "5"}

    @given(contents)
    def test_bulk_csv(self, content: bytes) -> None:
        """A table of agencies is read row by row or refused; a bad row does not stop the others."""
        rows, error = attempt(lambda: list(read_bulk(content)))

        assert (rows is None) == (error is not None)
        for row in rows or ():
            if row.problem is None:
                attempt(bulk_values, row, small_edition())
            else:
                assert row.problem.code == "csv-row-width"

    @given(contents)
    def test_evaluation_csv(self, content: bytes) -> None:
        """An evaluation as CSV is read or refused."""
        evaluation, error = attempt(read_evaluation_csv, content, "a/2030", "A", None, None, None)

        assert error is not None or (evaluation is not None and evaluation.stages)

    @given(
        contents
        | st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | texts,
            lambda inner: (
                st.lists(inner)
                | st.dictionaries(
                    st.sampled_from(["id", "agency_name", "stages", "evidence", "determination", "values", "stage"]),
                    inner,
                )
            ),
            max_leaves=10,
        ).map(lambda value: json.dumps(value).encode())
    )
    def test_evaluation_json(self, content: bytes) -> None:
        """An evaluation as JSON is read or refused."""
        evaluation, error = attempt(read_evaluation_json, content)

        assert code_of(error) is not None or evaluation is not None
