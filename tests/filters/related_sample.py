"""A small workspace in the real tables, with what lies beside its contacts, as rows for Python."""

from __future__ import annotations

from random import Random
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.fields import Catalogue, Field, Related, types
from nimbus.fields.read import catalogue
from nimbus.filters.operators import operators_for
from nimbus.suppression.suppression import parents
from tests.contacts.contact_rows import add_company, add_contact, add_import

TITLES = (None, "", "VP Sales", "Head of 100%", "éCOLE")
DOMAINS = ("acme.example", "mail.acme.example", "notacme.example", "other.test")
INDUSTRIES = (None, "", "Software", "Energy")
NUMBERS = (None, 0, -3, 7, 7.5, 64, 999, 1000, 1001.25, 123456789)
DAYS = (None, "1999-12-31", "2026-01-31", "2026-02-01", "2026-12-31")
CLICKS = Field(
    "clicks", "Clicks", types.EMPLOYEE_COUNT, "related", "", "engagement", importable=False,
    editable=False,
    related=Related("id", lambda params: sql.SQL(
        "select t.key, t.value from clicked t where %(workspace)s is not null"), missing=0),
)  # fmt: skip


def people(tx: Tx, client: UUID, seed: int, count: int) -> tuple[Catalogue, list[dict[str, Any]]]:
    """Contacts with every kind of thing beside them, blanks and nothing at all, and the same as
    rows by which Python answers."""
    chance = Random(seed)
    fields = {kind: _custom_field(tx, kind) for kind in ("number", "date", "dropdown")}
    companies: list[Any] = [
        add_company(tx, industry=chance.choice(INDUSTRIES), employee_count=chance.choice((None, 5)))
        for _ in range(4)
    ]
    made = [
        add_contact(
            tx, email=f"p{number}@{chance.choice(DOMAINS)}", title=chance.choice(TITLES),
            tags=chance.choice(([], ["vip"], ["vip", "emea"])),
            company_id=chance.choice([None, *companies]), is_deleted=chance.random() < 0.2,
            client_id=chance.choice((None, client)), enriched_at=chance.choice((None, tx.now)),
            assigned_until=chance.choice((None, tx.now, tx.now.replace(year=2100))),
            lead_score=chance.choice((None, 0, 50)), custom=Jsonb(_values(chance, fields)),
        )
        for number in range(count)
    ]  # fmt: skip
    imports = [add_import(tx, client, f"{n}.csv", chance.sample(made, count // 3)) for n in "ab"]
    _suppress(tx, chance, count)
    tx.run("create temporary table clicked (key uuid, value integer) on commit drop")
    for id in chance.sample(made, count // 2):
        tx.run("insert into clicked values (%s, %s)", [id, chance.choice((1, 2, 50))])
    known = catalogue(tx)
    return Catalogue((*known.fields, CLICKS), known.made), _rows(tx, imports)


def _custom_field(tx: Tx, kind: str) -> str:
    options = ["Free", "Pro"] if kind == "dropdown" else []
    return str(tx.value(
        "insert into custom_field (workspace_id, name, label, field_type, options, position) "
        "values (%s, %s, %s, %s, %s, 1) returning id",
        [tx.workspace_id, f"a_{kind}", kind, kind, options],
    ))  # fmt: skip


def _values(chance: Random, fields: dict[str, str]) -> dict[str, Any]:
    pools: dict[str, tuple[Any, ...]] = {
        "number": NUMBERS, "date": DAYS, "dropdown": (None, "Free", "Pro"),
    }  # fmt: skip
    picked = {fields[kind]: chance.choice(pool) for kind, pool in pools.items()}
    return {id: value for id, value in picked.items() if value is not None}


def _suppress(tx: Tx, chance: Random, count: int) -> None:
    for domain, reason in (("acme.example", "competitor"), ("mail.acme.example", "customer")):
        tx.run(
            "insert into suppression_domain (workspace_id, domain, reason, source, created_by, "
            "created_at) values (%s, %s, %s, null, 'test', %s)",
            [tx.workspace_id, domain, reason, tx.now],
        )
    emails = tx.column("select email from contact where workspace_id = %s", [tx.workspace_id])
    for email in chance.sample(sorted(emails), count // 4):
        tx.run(
            "insert into suppression (workspace_id, email, reason, source, created_by, created_at) "
            "values (%s, %s, 'manual', 'typed', 'test', %s)",
            [tx.workspace_id, email, tx.now],
        )


def _rows(tx: Tx, imports: list[UUID]) -> list[dict[str, Any]]:
    """By other statements than those that are tested, line by line as people would look it up."""
    rows = tx.rows("select * from contact where workspace_id = %s", [tx.workspace_id])
    beside: dict[str, dict[Any, dict[str, Any]]] = {
        table: {row[key]: row for row in tx.rows(
            sql.SQL("select * from {} where workspace_id = %s").format(sql.Identifier(table)),
            [tx.workspace_id],
        )}
        for table, key in (("company", "id"), ("suppression", "email"),
                           ("suppression_domain", "domain"))
    }  # fmt: skip
    clicked = {row["key"]: row["value"] for row in tx.rows("select * from clicked")}
    of_import = tx.rows("select import_id, contact_id from import_row where workspace_id = %s",
                        [tx.workspace_id])  # fmt: skip
    for row in rows:
        company = beside["company"].get(row["company_id"], {})
        row |= {f"company_{name}": value for name, value in company.items()}
        domains = [name for name in parents(row["email_domain"]) if name in
                   beside["suppression_domain"]]  # fmt: skip
        held = beside["suppression"].get(row["email"])
        layer = "workspace" if held else "domain"
        if held is None and domains:
            held = beside["suppression_domain"][domains[0]]
        if held:
            row |= {f"suppression.{name}": held[name] for name in ("reason", "source",
                                                                   "created_at")}  # fmt: skip
            row["suppression.layer"] = layer
        row["import"] = tuple(
            one["import_id"] for one in of_import if one["contact_id"] == row["id"]
        )
        if row["id"] in clicked:
            row["clicks"] = clicked[row["id"]]
    return rows


ASKED = (
    "title", "tags", "lead_score", "company.industry", "company.employee_count", "company.id",
    "custom.a_number", "custom.a_date", "custom.a_dropdown", "suppression.reason",
    "suppression.layer", "suppression.source", "suppression.created_at", "assignment.state",
    "is_enriched", "enriched_at", "import", "clicks", "is_deleted", "assigned_until",
)  # fmt: skip


class Questions:
    """JSON of filters of any shape over these fields, mostly with values that the rows have."""

    def __init__(self, known: Catalogue, rows: list[dict[str, Any]], seed: int) -> None:
        self.fields = [known.get(key) for key in ASKED]
        self.pools = {field.key: _pool(field, rows) for field in self.fields}
        self.chance = Random(seed)

    def tree(self, depth: int = 0) -> dict[str, Any]:
        match self.chance.randrange(6 if depth < 4 else 3):
            case 3:
                return {"not": self.tree(depth + 1)}
            case 4:
                return {"and": [self.tree(depth + 1) for _ in range(self.chance.randrange(4))]}
            case 5:
                return {"or": [self.tree(depth + 1) for _ in range(self.chance.randrange(1, 4))]}
        return self.leaf()

    def leaf(self) -> dict[str, Any]:
        field = self.chance.choice(self.fields)
        op = self.chance.choice(operators_for(field.type.kind))
        asked = {"field": field.key, "op": op.key}
        return asked if op.shape == "none" else {**asked, "value": self._value(field, op.shape)}

    def _value(self, field: Field, shape: str) -> Any:
        pool, chance = self.pools[field.key], self.chance
        match shape:
            case "text":
                return chance.choice(("VP", "%", "É", "ware", "manu"))
            case "days":
                return chance.choice((1, 400))
            case "many":
                return [chance.choice(pool) for _ in range(chance.randrange(1, 4))]
            case "range":
                return sorted((chance.choice(pool), chance.choice(pool)), key=field.type.parse_json)
        return chance.choice(pool)


def _pool(field: Field, rows: list[dict[str, Any]]) -> list[Any]:
    match field.type.kind:
        case "number":
            more = [-4, 7.25, 999, 1000, 100_000] if field.thing == "custom" else []
            return [0, 1, 2, 5, 7, 50, 64, *more]
        case "date":
            return ["1999-12-30", "2026-01-31", "2026-02-01", "2027-01-01"]
        case "datetime":
            return ["2020-01-01T00:00:00Z", "2100-01-01T00:00:00Z",
                    rows[0]["created_at"].isoformat()]  # fmt: skip
        case "boolean":
            return [True, False]
        case "choices":
            return ["vip", "emea"]
        case "membership":
            return sorted({ids.show("imp", id) for row in rows for id in row["import"]})
        case "reference":
            return sorted({ids.show("comp", row["company_id"]) for row in rows
                           if row["company_id"]})  # fmt: skip
        case "choice":
            return list(field.options)
        case _:
            return ["VP Sales", "software", "typed", "x"]
