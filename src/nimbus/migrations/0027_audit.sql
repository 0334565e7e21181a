-- The log under seal: whoever changes or removes what it says is found out, also after somebody was
-- erased from it (decision 0028).

-- What is random in the digest of a change's values, so that nobody guesses those that an erasure
-- took away: it goes with them. The tables are written anew once, while nothing else runs: a
-- migration is part of the start.
-- squawk-ignore adding-field-with-default
alter table change add column salt uuid default gen_random_uuid();

-- The digest of the values that an erasure took away.
alter table change add column erased_digest bytea;

-- The same for the one column of an operation in which people say something in words of their own.
-- squawk-ignore adding-field-with-default
alter table operation add column salt uuid default gen_random_uuid();

alter table operation add column erased_digest bytea;

-- squawk-ignore require-concurrent-index-creation
create index operation_actor on operation (workspace_id, actor_id, id);

-- What the log of a workspace said from the id `since` on and before `until`, in a chain: `digest` is
-- an HMAC, by a key that no database knows, over `content`, that is the lines of `sealed_operation`,
-- over the other columns, and over the digest before it.
create table seal (
    workspace_id uuid not null,
    number integer not null,
    since uuid not null,
    until uuid not null,
    operations integer not null,
    changes integer not null,
    content bytea not null,
    previous bytea not null,
    digest bytea not null,
    at timestamptz not null,
    constraint seal_pkey primary key (workspace_id, number),
    constraint seal_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade
);

select distribute('seal', 'workspace_id', 'workspace');

select secure('seal');

-- An operation as far as a seal covers it: `own_digest` where it began under that seal, and what it
-- changed under it: how many, one digest over all, and the beginnings of theirs, in order of id, by
-- which the one that was tampered with is found.
create table sealed_operation (
    workspace_id uuid not null,
    number integer not null,
    operation_id uuid not null,
    own_digest bytea,
    changes integer not null,
    changes_digest bytea not null,
    marks bytea not null,
    constraint sealed_operation_pkey primary key (workspace_id, number, operation_id),
    constraint sealed_operation_workspace_fkey foreign key (workspace_id)
        references workspace (id) on delete cascade
);

select distribute('sealed_operation', 'workspace_id', 'workspace');

select secure('sealed_operation');

-- The digest of words under a salt.
create function salted_digest(salt uuid, words text) returns bytea
language sql immutable strict parallel safe as $$
    select sha256(convert_to(salt::text || ' ' || words, 'UTF8'))
$$;

-- Empties what the log has of the contacts of an erasure of the bound workspace, of their notes,
-- tasks and deals, and why anything was done to them: that something was changed stays, with the
-- digest of what it was. Only of contacts that are gone, and whose erasure the log tells of. Nobody
-- else may change the log.
create or replace function redact_changes(erasure uuid) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    ws uuid := current_ws();
    erased uuid[];
begin
    if ws is null then
        raise exception 'no workspace is bound' using errcode = '42501';
    end if;
    select array_agg(h.thing_id) into erased
    from erasure_log e
    join change h on h.workspace_id = e.workspace_id and h.operation_id = e.operation_id
    where e.workspace_id = ws and e.id = erasure
        and h.thing = 'contact' and h.kind = 'erased' and h.thing_id = any (e.contact_ids)
        and not exists (select from contact c where c.workspace_id = ws and c.id = h.thing_id);

    update change c
    set before = null, after = null, salt = null,
        erased_digest = salted_digest(
            c.salt, coalesce(c.before::text, '') || E'\n' || coalesce(c.after::text, '')
        )
    where c.workspace_id = ws and (c.before is not null or c.after is not null)
        and (c.thing_id = any (erased) or (
            c.thing in ('note', 'task', 'deal') and c.thing_id in (
                select h.thing_id
                from operation o
                join change h on h.workspace_id = o.workspace_id and h.operation_id = o.id
                where o.workspace_id = ws and o.subject = 'contact' and o.subject_id = any (erased)
                    and h.thing in ('note', 'task', 'deal')
            )
        ));

    update operation o
    set why = null, salt = null, erased_digest = salted_digest(o.salt, o.why)
    where o.workspace_id = ws and o.why is not null
        and o.subject = 'contact' and o.subject_id = any (erased);
end
$$;

-- Takes the events of contacts of the bound workspace away for good, which nobody may but whoever
-- erases a person; answers how many.
create or replace function erase_events(contacts uuid[]) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    gone integer;
begin
    delete from engagement_event e
    where e.workspace_id = current_ws() and e.contact_id = any (contacts);
    get diagnostics gone = row_count;
    return gone;
end
$$;
