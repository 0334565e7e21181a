"""What sql-rules.md says that a text can be held to; the numbers are the rules' there.

Each rule comes with a statement that breaks it and one that keeps it. The walls of a migration's
tables, which take several statements to see, are `unwalled`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nimbus.db.roles import CLOSED
from tests.house.sql_reading import Find, is_tenant, items, reach, says, tables, top
from tests.house.sql_text import Piece

LONGEST_NAME = 50

# What is not the same on every node, or from one moment to the next.
_VOLATILE = r"uuidv7|gen_random_uuid|random|clock_timestamp|statement_timestamp|nextval"
_STABLE = r"jsonb_build_object|jsonb_build_array|to_jsonb|row_to_json|concat|format|to_char|extract"
_CONSTRAINT = re.compile(r"\b(primary\s+key|unique|references|foreign\s+key|check|exclude)\b")


@dataclass(frozen=True)
class Rule:
    name: str
    why: str
    find: Find
    bad: str
    good: str

    def broken(self, piece: Piece) -> list[str]:
        return [f"{piece.at(offset)}: {self.name} ({self.why})" for offset in self.find(piece.code)]


def _bare_insert_select(code: str) -> Iterator[int]:
    for found in re.finditer(r"\binsert\s+into\b", code):
        said = top(reach(code, found.start()))
        ends = re.search(r"\bon\s+conflict\b|\breturning\b", said)
        if re.search(r"\bselect\b", said) and not ends:
            yield found.start()


def _keys_elsewhere(code: str) -> Iterator[int]:
    """Keys, unique and foreign, whose first column is not the workspace."""
    key = r"(?:primary\s+key|\bunique|foreign\s+key)(?:\s+nulls\s+not\s+distinct)?\s*\(\s*(\w+)"
    exclude = r"\bexclude\s+using\s+\w+\s*\(\s*(\w+)"
    for name, start, inner in tables(code):
        if is_tenant(name, inner):
            for found in re.finditer(f"{key}|{exclude}", inner):
                if (found[1] or found[2]) != "workspace_id":
                    yield start + found.start()
    for found in re.finditer(r"\bcreate\s+unique\s+index\s+\w+\s+on\s+(\w+)[^(]*\(\s*(\w+)", code):
        if found[1] not in CLOSED and found[2] != "workspace_id":
            yield found.start()
    for found in re.finditer(rf"\balter\s+table\s+(\w+)\s+add\s+constraint\s+\w+\s+{key}", code):
        if found[1] not in CLOSED and found[2] != "workspace_id":
            yield found.start()


def _workspace_not_first(code: str) -> Iterator[int]:
    for name, start, inner in tables(code):
        if name not in CLOSED and re.search(r"\bworkspace_id\b", inner):
            place, first = next(items(inner))
            if first.split() != ["workspace_id", "uuid", "not", "null"]:
                yield start + place


def _nameless(code: str) -> Iterator[int]:
    """Constraints and indexes that PostgreSQL would name itself."""
    for _, start, inner in tables(code):
        for place, item in items(inner):
            found = _CONSTRAINT.search(top(item))
            if found and not re.match(r"(\w+\s[^,]*)?\bconstraint\s+\w+\s", item.strip()):
                yield start + place
    yield from says(r"\bcreate\s+(unique\s+)?index\s+(concurrently\s+)?on\b")(code)
    yield from says(r"\balter\s+table\s+[^;]*\badd\s+(primary|unique|foreign|check|exclude)\b")(
        code
    )


def _long_names(code: str) -> Iterator[int]:
    named = r"\b(?:constraint|index|table|policy)\s+(?:if\s+not\s+exists\s+)?(\w+)"
    for found in re.finditer(named, code):
        if len(found[1]) > LONGEST_NAME:
            yield found.start()


def _mixed_alter(code: str) -> Iterator[int]:
    for found in re.finditer(r"\balter\s+table\b", code):
        said = top(reach(code, found.start()))
        actions = said.split(",")
        alone = len(actions) == 1
        adds_column = re.search(r"\badd\s+(column\s+)?(?!constraint\b)\w+", said)
        if (not alone and re.search(r"\badd\s+constraint\b", said)) or (
            adds_column and _CONSTRAINT.search(said) and "constraint" not in said
        ):
            yield found.start()


def _moving_sets(code: str) -> Iterator[int]:
    """SET of an UPDATE of our tables that is not the same on every node. The temporary tables of
    the intake are on one."""
    for found in re.finditer(r"\bupdate\s+(?!batch\b|claim\b)(\w+)\s+(?:\w+\s+)?set\b", code):
        if found[1] in ("do", "cascade"):
            continue
        said = reach(code, found.end())
        ends = re.search(r"\b(from|where|returning)\b", top(said))
        said = said[: ends.start()] if ends else said
        for inner in re.finditer(rf"\b({_VOLATILE}|{_STABLE})\s*\(", said):
            yield found.end() + inner.start()


def _moving_upserts(code: str) -> Iterator[int]:
    for found in re.finditer(r"\bdo\s+update\s+set\b", code):
        said = reach(code, found.end())
        ends = re.search(r"\breturning\b", top(said))
        said = said[: ends.start()] if ends else said
        for inner in re.finditer(rf"\b({_VOLATILE}|{_STABLE}|now)\s*\(|\(\s*select\b", said):
            yield found.end() + inner.start()


def _made_in_returning(code: str) -> Iterator[int]:
    for found in re.finditer(r"\breturning\b", code):
        said = reach(code, found.end())
        for inner in re.finditer(rf"\b({_VOLATILE}|{_STABLE}|now)\s*\(|\(\s*select\b", said):
            if not re.search(r"\b(select|insert)\b", top(said[: inner.start()])):
                yield found.end() + inner.start()


def _moved_workspace(code: str) -> Iterator[int]:
    for found in re.finditer(r"\bset\b", code):
        if re.search(r"\bclient_assignment_pkey\s+do\s+update\s*$", code[: found.start()]):
            continue  # Spread by the email's key: whoever takes over an expired one moves no row.
        said = reach(code, found.end())
        ends = re.search(r"\b(from|where|returning)\b", top(said))
        said = top(said[: ends.start()] if ends else said)
        for inner in re.finditer(r"(^|,)\s*workspace_id\s*=", said):
            yield found.end() + inner.start()


def _several(code: str) -> Iterator[int]:
    """Several statements in one string. Bodies of functions are theirs."""
    if re.search(r"\blanguage\s+\w+", code):
        return
    ends = code.find(";")
    if ends >= 0 and code[ends + 1 :].strip():
        yield ends


RULES: Sequence[Rule] = (
    Rule("no triggers", "rule 4", says(r"\bcreate\s+(or\s+replace\s+)?(constraint\s+)?trigger\b"),
         "create trigger t before update on contact for each row execute function f()",
         "create table t (a int)  -- instead of a trigger"),
    Rule("no MERGE", "rule 20", says(r"\bmerge\s+into\b"),
         "merge into contact using batch on true when matched then delete",
         "insert into contact select 1 on conflict do nothing"),
    Rule("no SET NULL or SET DEFAULT", "rule 3", says(r"\bon\s+delete\s+set\s+(null|default)\b"),
         "create table t (a uuid constraint f references c (id) on delete\n set null)",
         "create table t (a uuid constraint f references c (id) on delete cascade)"),
    Rule("no ON UPDATE actions", "rule 3", says(r"\bon\s+update\s+(cascade|set)\b"),
         "create table t (a uuid constraint f references c (id) on update cascade)",
         "create table t (a uuid constraint f references c (id) on delete restrict)"),
    Rule("no deferred constraints", "rule 3", says(r"\bset\s+constraints\b|\bdeferrable\b"),
         "set constraints all deferred",
         "create table t (deferred boolean)"),
    Rule("no set_config", "rule 11", says(r"\bset_config\s*\("),
         "select set_config('app.workspace_id', %s, true)",
         "select set_ws(%s)  -- never set_config()"),
    Rule("INSERT … SELECT ends in ON CONFLICT or RETURNING", "rule 16", _bare_insert_select,
         "with n as (insert into t (a) select a from (select 1 returning)) select 1",
         "with n as (insert into t (a) select a from s on conflict do nothing) select 1"),
    Rule("the workspace is the first column", "rule 1", _workspace_not_first,
         "create table t (id uuid not null, workspace_id uuid not null)",
         "create table t (workspace_id uuid not null, id uuid not null)"),
    Rule("keys begin with the workspace", "rule 1", _keys_elsewhere,
         "create table t (workspace_id uuid not null, constraint u unique (id, workspace_id))",
         "create table t (workspace_id uuid not null, constraint u unique (workspace_id, id))"),
    Rule("keys begin with the workspace, of indexes", "rule 1", _keys_elsewhere,
         "create unique index i on contact (email) where not is_deleted",
         "create unique index i on contact (workspace_id, email) where not is_deleted"),
    Rule("keys begin with the workspace, added later", "rule 1", _keys_elsewhere,
         "alter table t add constraint f foreign key (a) references c (id)",
         "alter table t add constraint f foreign key (workspace_id, a) references c (w, id)"),
    Rule("constraints and indexes have names", "rule 7", _nameless,
         "create table t (a uuid, primary key (a))",
         "create table t (a uuid, constraint t_pkey primary key (a))"),
    Rule("constraints of columns have names", "rule 7", _nameless,
         "create table t (a uuid primary key, b text)",
         "create table t (a uuid constraint t_pkey primary key, b text)"),
    Rule("indexes have names", "rule 7", _nameless,
         "create index on t (a)",
         "create index t_a on t (a)"),
    Rule(f"names have at most {LONGEST_NAME} letters", "rule 7", _long_names,
         f"create index {'i' * (LONGEST_NAME + 1)} on t (a)",
         f"create index {'i' * LONGEST_NAME} on t (a)"),
    Rule("ADD COLUMN and ADD CONSTRAINT apart", "rule 10", _mixed_alter,
         "alter table t add column a int, add constraint c check (a > 0)",
         "alter table t add column a int default greatest(1, 2)"),
    Rule("ADD COLUMN without a constraint", "rule 10", _mixed_alter,
         "alter table t add column a int check (a > 0)",
         "alter table t add constraint c check (a > 0)"),
    Rule("UPDATE sets what is the same on every node", "rule 19", _moving_sets,
         "update contact c set custom = jsonb_build_object('a', c.b) where true",
         "update contact c set at = %s where id = any (select uuidv7())"),
    Rule("DO UPDATE is immutable", "rule 18", _moving_upserts,
         "insert into t (a) values (1) on conflict (a) do update set b = now() returning a",
         "insert into t (a) values (1) on conflict (a) do update set b = excluded.b"),
    Rule("RETURNING gives columns only", "rule 17", _made_in_returning,
         "with g as (delete from t returning to_jsonb(t)) select 1",
         "with g as (delete from t returning old as o) select to_jsonb(o) from g"),
    Rule("nothing moves to another workspace", "rule 20", _moved_workspace,
         "update contact set name = 'x', workspace_id = %s where id = %s",
         "update contact set name = 'x' where workspace_id = %s"),
    Rule("no COPY … ON_ERROR", "rule 20", says(r"\bcopy\b[^;]*\bon_error\b"),
         "copy batch from stdin with (on_error ignore)",
         "copy batch (a) from stdin"),
    Rule("one statement at a time", "rule 9", _several,
         "set local a = 1; select 1",
         "create function f() returns int language sql as $$ select 1; select 2 $$"),
)  # fmt: skip


def forgetful(code: str, tenant: Sequence[str]) -> Iterator[int]:
    """Statements that read or write a tenant table and never say `workspace_id` (rule 13)."""
    if re.search(r"\bworkspace_id\b|\bcurrent_ws\b", code):
        return
    names = "|".join(tenant)
    yield from says(rf"\b(?:from|join|update|into)\s+({names})\b(?!\s*\()")(code)


def unwalled(pieces: Sequence[Piece]) -> Iterator[str]:
    """Tenant tables that are not distributed and secured in the order of their keys."""
    waiting: dict[str, tuple[str, set[str]]] = {}
    distributed: set[str] = set()
    tenant: set[str] = set()
    for piece in pieces:
        for name, start, inner in tables(piece.code):
            parents = set(re.findall(r"\breferences\s+(\w+)", inner)) - {name}
            if is_tenant(name, inner):
                tenant.add(name)
                waiting[name] = piece.at(start), {"distribute", "secure"}
                if parents - tenant - {"workspace"}:
                    yield f"{piece.at(start)}: {name} refers to what is no tenant's (rule 2)"
            elif parents & tenant:
                yield f"{piece.at(start)}: {name} is no tenant's and refers to one (rule 2)"
            missing = parents - distributed
            if is_tenant(name, inner) and missing:
                yield f"{piece.at(start)}: {name} comes before {min(missing)} is distributed"
        done = re.search(r"^select (distribute|secure)\('(\w+)'(.*)\)$", piece.text)
        if not done:
            continue
        verb, name, rest = done.groups()
        if verb == "distribute":
            distributed.add(name)
            if name in waiting and rest != ", 'workspace_id', 'workspace'":
                yield f"{piece.at(0)}: {name} is not distributed by its workspace (rule 1)"
        if name in waiting:
            waiting[name][1].discard(verb)
    for name, (place, missing) in waiting.items():
        for verb in sorted(missing):
            yield f"{place}: {name} never passes {verb}() (rule 9)"
