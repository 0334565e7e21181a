-- The log under seal, a stretch of ids at a time (sealing.py); both when it is sealed and when it is
-- verified.

-- name: writing
-- The real time, by which ids are made, and the transactions that may have made ids of the log before
-- it and not committed them yet: whoever writes to a table has locked it so before making an id.
select clock_timestamp() as at, coalesce(array_agg(distinct virtualtransaction), '{}') as writers
from pg_locks
where relation in ('change'::regclass, 'operation'::regclass) and mode = 'RowExclusiveLock'
    and database = (select oid from pg_database where datname = current_database())

-- name: is_written
-- Whether any of these transactions still goes on.
select exists (
    select from pg_locks
    where relation in ('change'::regclass, 'operation'::regclass) and mode = 'RowExclusiveLock'
        and database = (select oid from pg_database where datname = current_database())
        and virtualtransaction = any (%(writers)s)
)

-- name: alone
-- Whether nobody else seals this workspace until the end of the transaction.
select pg_try_advisory_xact_lock(hashtextextended('seal ' || %(workspace)s::text, 0))

-- name: last
select number, until, digest from seal
where workspace_id = %(workspace)s
order by number desc
limit 1

-- name: bound
-- Where a stretch from `since` ends so that it has no more than so many changes, and operations, at
-- the latest at the horizon; null where there is nothing in it.
select case when found.change_id is not null or found.operation_id is not null
    then least(found.change_over, found.operation_over, %(horizon)s::uuid) end
from (
    select
        (select id from change where workspace_id = %(workspace)s
            and id >= %(since)s and id < %(horizon)s order by id limit 1) as change_id,
        (select id from operation where workspace_id = %(workspace)s
            and id >= %(since)s and id < %(horizon)s order by id limit 1) as operation_id,
        (select id from change where workspace_id = %(workspace)s
            and id >= %(since)s and id < %(horizon)s
            order by id offset %(most)s limit 1) as change_over,
        (select id from operation where workspace_id = %(workspace)s
            and id >= %(since)s and id < %(horizon)s
            order by id offset %(most)s limit 1) as operation_over
) as found

-- name: digests
-- The digest of each change of a stretch. Of values that were erased it is the one that is left.
select c.operation_id, c.id, sha256(convert_to(json_build_array(
    c.workspace_id, c.id, c.operation_id, c.thing, c.thing_id, c.kind,
    encode(coalesce(c.erased_digest, case when c.before is not null or c.after is not null then
        sha256(convert_to(
            c.salt::text || ' ' || coalesce(c.before::text, '') || E'\n'
                || coalesce(c.after::text, ''), 'UTF8'
        ))
    end), 'hex')
)::text, 'UTF8')) as digest
from change c
where c.workspace_id = %(workspace)s and c.id >= %(since)s and c.id < %(until)s

-- name: content
-- What the log says of a stretch, as a seal keeps it: its operations, those that began in it with
-- their own digest, and what each of them changed in it.
with changed as materialized (
    {digests}
), begun as materialized (
    select o.id, sha256(convert_to(json_build_array(
        o.workspace_id, o.id, o.kind, o.actor_kind, o.actor_id, o.actor_name, o.through, o.subject,
        o.subject_id, (extract(epoch from o.at) * 1000000)::bigint, o.undoes, o.job_id,
        encode(coalesce(o.erased_digest, case when o.why is not null then
            sha256(convert_to(o.salt::text || ' ' || o.why, 'UTF8'))
        end), 'hex')
    )::text, 'UTF8')) as digest
    from operation o
    where o.workspace_id = %(workspace)s and o.id >= %(since)s and o.id < %(until)s
), together as (
    select operation_id, count(*)::integer as changes,
        sha256(string_agg(digest, '' order by id)) as digest,
        string_agg(substr(digest, 1, 4), '' order by id) as marks
    from changed
    group by operation_id
)
select coalesce(b.id, t.operation_id) as operation_id, b.digest as own_digest,
    coalesce(t.changes, 0) as changes, coalesce(t.digest, sha256('')) as changes_digest,
    coalesce(t.marks, '') as marks
from begun b
full join together t on t.operation_id = b.id
order by 1

-- name: keep_lines
insert into sealed_operation
    (workspace_id, number, operation_id, own_digest, changes, changes_digest, marks)
select %(workspace)s, %(number)s, c.operation_id, c.own_digest, c.changes, c.changes_digest, c.marks
from ({content}) as c
on conflict do nothing
returning operation_id, own_digest, changes, changes_digest, marks

-- name: keep
insert into seal
    (workspace_id, number, since, until, operations, changes, content, previous, digest, at)
values (%(workspace)s, %(number)s, %(since)s, %(until)s, %(operations)s, %(changes)s, %(content)s,
    %(previous)s, %(digest)s, %(now)s)
