"""What a contact's column becomes when a value gets another name or type, or goes: as SQL.

`c` is the contact. The statement binds `key`, `old`, `new` and `document`, the least `custom` that
holds the old value; a conversion also `ids`, `values` and the key that it goes `into`.
"""

from __future__ import annotations

from typing import LiteralString

from psycopg import sql

from nimbus.fields.held import Work

_TAG: LiteralString = """
    select case
        when %(new)s::text is null or c.tags @> array[%(new)s::text]
            then array_remove(c.tags, %(old)s::text)
        else array_replace(c.tags, %(old)s::text, %(new)s::text)
    end
"""
_OPTION: LiteralString = """
    select case
        when %(new)s::text is null then c.custom - %(key)s::text
        else c.custom || jsonb_build_object(%(key)s::text, %(new)s::text)
    end
"""
# Options that have become the same are there once, and all keep their order.
_ONE_OF_SEVERAL: LiteralString = """
    select case
        when held.options is null then c.custom - %(key)s::text
        else c.custom || jsonb_build_object(%(key)s::text, held.options)
    end
    from (
        select jsonb_agg(once.option order by once.at) as options
        from (
            select case when e.option = %(old)s::text then %(new)s::text else e.option end
                as option, min(e.at) as at
            from jsonb_array_elements_text(c.custom -> %(key)s::text) with ordinality
                as e (option, at)
            group by 1
        ) as once
        where once.option is not null
    ) as held
"""
_GONE: LiteralString = "select c.custom - %(key)s::text"
# A value under the new key is one that somebody gave since, and stays.
_CONVERTED: LiteralString = """
    select case
        when v.value is null or c.custom ? %(into)s::text then c.custom - %(key)s::text
        else (c.custom - %(key)s::text) || jsonb_build_object(%(into)s::text, v.value)
    end
    from unnest(%(ids)s::uuid[], %(values)s::jsonb[]) as v (id, value)
    where v.id = c.id
"""


COLUMNS = ("tags", "company_id", "tier_rule_id")


def column(work: Work) -> str:
    """The column of `contact` that the work changes."""
    return work.column if work.column in COLUMNS else "custom"


def has(work: Work) -> sql.Composable:
    """Whether a contact has what the work is about; no index serves the question for a key."""
    match column(work):
        case "tags":
            return sql.SQL("c.tags @> array[%(old)s::text]")
        case "company_id":
            return sql.SQL("c.company_id = %(old)s::uuid")
        case "tier_rule_id":
            return sql.SQL("c.tier_rule_id = %(old)s::uuid")
        case _:
            return sql.SQL("c.custom ? %(key)s" if work.old is None else "c.custom @> %(document)s")


def value(work: Work) -> sql.Composable:
    """What the column becomes, as a subquery."""
    match column(work):
        case "tags":
            text = _TAG
        case "company_id":
            text = "select %(new)s::uuid"
        case _ if work.into:
            text = _CONVERTED
        case _ if work.old is None:
            text = _GONE
        case _:
            text = _ONE_OF_SEVERAL if work.several else _OPTION
    return sql.SQL("({})").format(sql.SQL(text))
