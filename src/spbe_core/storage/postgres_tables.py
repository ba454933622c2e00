"""The tables of a store in PostgreSQL: how they are made, and whether they still are what was made.

A table answers from its rows through types, defaults, keys, indexes, triggers, rules and policies. Whoever may change
these can have it show one history to a check and another to a reader, so all of them are held against what they were.
"""

from collections.abc import Iterable
from typing import Final, LiteralString

Described = tuple[str, str, str]
"""Kind and name of a part of the tables, and what of it decides on what is answered."""

PERSON_TABLE: Final = "spbe_person"
"""The one that a store of before there were names does not have."""

TABLES: Final[dict[str, LiteralString]] = {
    # Collation C: names compare byte by byte, whatever the server's language, and no upgrade of it breaks an index.
    "spbe_event": "CREATE TABLE {0}.spbe_event ("
    "notification_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
    'originator_id text COLLATE "C" NOT NULL, '
    "originator_version bigint NOT NULL, "
    "topic text NOT NULL, "
    "state bytea NOT NULL, "
    "UNIQUE (originator_id, originator_version))",
    "spbe_read_model": 'CREATE TABLE {0}.spbe_read_model (name text COLLATE "C" PRIMARY KEY, position bigint NOT NULL)',
    "spbe_read_model_row": "CREATE TABLE {0}.spbe_read_model_row ("
    'name text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL, row bytea NOT NULL, PRIMARY KEY (name, key))',
    "spbe_person": "CREATE TABLE {0}.spbe_person ("
    'actor text COLLATE "C" PRIMARY KEY, name text NOT NULL, contact text NOT NULL)',
    "spbe_store": "CREATE TABLE {0}.spbe_store (schema_version integer NOT NULL)",
}

DESCRIPTION: Final[LiteralString] = """
WITH own AS (
  SELECT c.* FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = %(schema)s AND c.relname::text = ANY (%(tables)s::text[]))
SELECT 'table' AS kind, relname::text AS name, concat_ws(' ', 'kind', relkind, relpersistence,
    (SELECT amname FROM pg_catalog.pg_am WHERE oid = relam),
    CASE WHEN relispartition OR reloftype <> 0 THEN 'of another' END,
    CASE WHEN relrowsecurity OR relforcerowsecurity THEN 'row security' END,
    CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE own.oid IN (inhrelid, inhparent)) THEN 'inherits' END
    ) AS description
  FROM own
UNION ALL
SELECT 'column', concat(relname, '.', attname), concat_ws(' ',
    row_number() OVER (PARTITION BY attrelid ORDER BY attnum),
    pg_catalog.format_type(atttypid, atttypmod),
    (SELECT concat(cn.nspname, '.', co.collname) FROM pg_catalog.pg_collation co
       JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = attcollation),
    CASE WHEN attnotnull THEN 'not null' END,
    CASE WHEN attidentity <> '' THEN concat('identity ', attidentity) END,
    CASE WHEN attgenerated <> '' THEN 'generated' END,
    (SELECT concat('default ', pg_catalog.pg_get_expr(adbin, adrelid)) FROM pg_catalog.pg_attrdef
       WHERE adrelid = attrelid AND adnum = attnum))
  FROM own JOIN pg_catalog.pg_attribute ON attrelid = own.oid WHERE attnum > 0 AND NOT attisdropped
UNION ALL
SELECT 'sequence', concat(relname, '.', attname), concat_ws(' ',
    pg_catalog.format_type(seqtypid, NULL), seqstart, seqincrement, seqmin, seqmax, seqcache, seqcycle)
  FROM own JOIN pg_catalog.pg_attribute ON attrelid = own.oid
    JOIN pg_catalog.pg_depend ON refobjid = own.oid AND refobjsubid = attnum AND deptype IN ('i', 'a')
      AND refclassid = 'pg_catalog.pg_class'::regclass AND classid = 'pg_catalog.pg_class'::regclass
    JOIN pg_catalog.pg_sequence ON seqrelid = objid
UNION ALL
SELECT 'constraint', conname::text, concat_ws(' ', relname, pg_catalog.pg_get_constraintdef(k.oid),
    CASE WHEN NOT convalidated THEN 'not valid' END)
  FROM own JOIN pg_catalog.pg_constraint k ON conrelid = own.oid
  WHERE contype <> 'n' OR NOT convalidated  -- newer servers keep NOT NULL here as well as with the column
UNION ALL
SELECT 'index', i.relname::text, concat_ws(' ', own.relname, amname,
    CASE WHEN indisunique THEN 'unique' END,
    CASE WHEN NOT (indimmediate AND indisvalid AND indisready AND indislive) THEN 'not in use' END,
    CASE WHEN indpred IS NOT NULL THEN 'partial' END,
    (SELECT string_agg(concat_ws(' ',
        pg_catalog.pg_get_indexdef(indexrelid, place, true), concat(opn.nspname, '.', opcname),
        cn.nspname || '.' || co.collname, indoption[place - 1]), ', ' ORDER BY place)
      FROM generate_series(1, indnatts::integer) AS place
        LEFT JOIN pg_catalog.pg_opclass op ON op.oid = indclass[place - 1]
        LEFT JOIN pg_catalog.pg_namespace opn ON opn.oid = op.opcnamespace
        LEFT JOIN pg_catalog.pg_collation co ON co.oid = indcollation[place - 1]
        LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace))
  FROM own JOIN pg_catalog.pg_index ON indrelid = own.oid JOIN pg_catalog.pg_class i ON i.oid = indexrelid
    JOIN pg_catalog.pg_am am ON am.oid = i.relam
UNION ALL
SELECT 'trigger', tgname::text, relname::text FROM own JOIN pg_catalog.pg_trigger ON tgrelid = own.oid
UNION ALL
SELECT 'rule', rulename::text, relname::text FROM own JOIN pg_catalog.pg_rewrite ON ev_class = own.oid
UNION ALL
SELECT 'policy', polname::text, relname::text FROM own JOIN pg_catalog.pg_policy ON polrelid = own.oid
"""
"""One row for each part of the tables ``tables`` in the schema ``schema``, whoever owns them."""

COUNTED_BY_INDEX: Final[dict[str, LiteralString]] = {
    "spbe_event_pkey": "SELECT count(*) AS found FROM "
    "(SELECT FROM {0}.spbe_event ORDER BY notification_id OFFSET 0) AS one",
    "spbe_event_originator_id_originator_version_key": "SELECT count(*) AS found FROM "
    "(SELECT FROM {0}.spbe_event ORDER BY originator_id, originator_version OFFSET 0) AS one",
}
"""How many events each index knows, where the server neither sorts nor reads the table from end to end."""

_DESCRIBED: Final[frozenset[Described]] = frozenset(
    {
        ("table", "spbe_event", "kind r p heap"),
        ("table", "spbe_person", "kind r p heap"),
        ("table", "spbe_read_model", "kind r p heap"),
        ("table", "spbe_read_model_row", "kind r p heap"),
        ("table", "spbe_store", "kind r p heap"),
        ("column", "spbe_event.notification_id", "1 bigint not null identity a"),
        ("column", "spbe_event.originator_id", "2 text pg_catalog.C not null"),
        ("column", "spbe_event.originator_version", "3 bigint not null"),
        ("column", "spbe_event.topic", "4 text pg_catalog.default not null"),
        ("column", "spbe_event.state", "5 bytea not null"),
        ("column", "spbe_person.actor", "1 text pg_catalog.C not null"),
        ("column", "spbe_person.name", "2 text pg_catalog.default not null"),
        ("column", "spbe_person.contact", "3 text pg_catalog.default not null"),
        ("column", "spbe_read_model.name", "1 text pg_catalog.C not null"),
        ("column", "spbe_read_model.position", "2 bigint not null"),
        ("column", "spbe_read_model_row.name", "1 text pg_catalog.C not null"),
        ("column", "spbe_read_model_row.key", "2 text pg_catalog.C not null"),
        ("column", "spbe_read_model_row.row", "3 bytea not null"),
        ("column", "spbe_store.schema_version", "1 integer not null"),
        ("sequence", "spbe_event.notification_id", "bigint 1 1 1 9223372036854775807 1 f"),
        ("constraint", "spbe_event_pkey", "spbe_event PRIMARY KEY (notification_id)"),
        (
            "constraint",
            "spbe_event_originator_id_originator_version_key",
            "spbe_event UNIQUE (originator_id, originator_version)",
        ),
        ("constraint", "spbe_person_pkey", "spbe_person PRIMARY KEY (actor)"),
        ("constraint", "spbe_read_model_pkey", "spbe_read_model PRIMARY KEY (name)"),
        ("constraint", "spbe_read_model_row_pkey", "spbe_read_model_row PRIMARY KEY (name, key)"),
        ("index", "spbe_event_pkey", "spbe_event btree unique notification_id pg_catalog.int8_ops 0"),
        (
            "index",
            "spbe_event_originator_id_originator_version_key",
            "spbe_event btree unique originator_id pg_catalog.text_ops pg_catalog.C 0, "
            "originator_version pg_catalog.int8_ops 0",
        ),
        ("index", "spbe_person_pkey", "spbe_person btree unique actor pg_catalog.text_ops pg_catalog.C 0"),
        ("index", "spbe_read_model_pkey", "spbe_read_model btree unique name pg_catalog.text_ops pg_catalog.C 0"),
        (
            "index",
            "spbe_read_model_row_pkey",
            "spbe_read_model_row btree unique name pg_catalog.text_ops pg_catalog.C 0, "
            "key pg_catalog.text_ops pg_catalog.C 0",
        ),
    }
)
"""What DESCRIPTION says of tables that nobody changed."""


def strange_part(found: Iterable[Described], *, tables: Iterable[str]) -> tuple[str, str, bool] | None:
    """Return the first part of the tables that is not what was made: kind, name and whether it was made at all.

    Args:
        found: what DESCRIPTION says of them.
        tables: which of them there must be.
    """
    there = set(tables)
    made = {one for one in _DESCRIBED if _table_of(one) in there}
    known = {(kind, name) for kind, name, _ in made}
    kind, name, _ = min(made ^ set(found), default=("", "", ""))
    return (kind, name, (kind, name) in known) if kind else None


def _table_of(described: Described) -> str:
    kind, name, what = described
    return name.partition(".")[0] if kind in {"table", "column", "sequence"} else what.partition(" ")[0]
