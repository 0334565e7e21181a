-- What was found out about a person to write to them with, and how far that is (D-26).
create table personalization (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    contact_id uuid not null,
    status text not null,
    lines jsonb not null default '{}',
    source text,
    error text,
    created_by text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint personalization_pkey primary key (workspace_id, id),
    constraint personalization_contact_key unique (workspace_id, contact_id),
    constraint personalization_contact_fkey foreign key (workspace_id, contact_id)
        references contact (workspace_id, id) on delete cascade,
    constraint personalization_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade,
    constraint personalization_status_check check (status in ('none', 'queued', 'ready', 'failed'))
);

-- Whom a filter on the status finds.
create index personalization_status on personalization (workspace_id, status, contact_id);

select distribute('personalization', 'workspace_id', 'workspace');

select secure('personalization');

-- As before (0027), of personalization too.
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
            c.thing in ('note', 'task', 'deal', 'personalization') and c.thing_id in (
                select h.thing_id
                from operation o
                join change h on h.workspace_id = o.workspace_id and h.operation_id = o.id
                where o.workspace_id = ws and o.subject = 'contact' and o.subject_id = any (erased)
                    and h.thing in ('note', 'task', 'deal', 'personalization')
            )
        ));

    update operation o
    set why = null, salt = null, erased_digest = salted_digest(o.salt, o.why)
    where o.workspace_id = ws and o.why is not null
        and o.subject = 'contact' and o.subject_id = any (erased);
end
$$;
