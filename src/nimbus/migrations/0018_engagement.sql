-- Engagement: the events of a contact with its counters, what people log, and the default scoring
-- model's rules for both (decision 0023).

-- What happened to a contact, and when (D-06). Append-only for the application's role. Partitioned
-- like `change` by month of the id, which is the time of writing; `at` orders timelines.
create table engagement_event (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    contact_id uuid not null,
    operation_id uuid not null,
    type text not null,
    at timestamptz not null,
    source text not null,
    actor text,
    subject text,
    subject_id uuid,
    data jsonb not null default '{}',
    constraint engagement_event_pkey primary key (workspace_id, id),
    constraint engagement_event_type_check check (
        type in ('sent', 'delivered', 'opened', 'clicked', 'replied', 'bounced', 'unsubscribed',
            'meeting_booked', 'task_completed', 'call', 'meeting', 'note', 'form_submitted',
            'deal_created', 'deal_won', 'deal_lost')
    )
) partition by range (id);

-- A timeline, of some types too without a look at the rows of others; what a score adds up.
create index engagement_event_contact on engagement_event
    (workspace_id, contact_id, at desc nulls last, id desc, type);

-- How often something happened in the last days, to whom.
create index engagement_event_type on engagement_event (workspace_id, type, at, contact_id);

select distribute('engagement_event', 'workspace_id', 'workspace');

select secure('engagement_event');

-- The keys under which senders told of an event, so that one told twice is there once: in a table
-- of their own, since a unique key of a partitioned table would have to hold the partition's.
create table engagement_key (
    workspace_id uuid not null,
    key uuid not null,
    constraint engagement_key_pkey primary key (workspace_id, key),
    constraint engagement_key_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade
);

select distribute('engagement_key', 'workspace_id', 'workspace');

select secure('engagement_key');

-- How many events of each type a contact has, and when the last was; of type `any` all together.
create table engagement_total (
    workspace_id uuid not null,
    contact_id uuid not null,
    type text not null,
    count integer not null,
    last_at timestamptz not null,
    constraint engagement_total_pkey primary key (workspace_id, contact_id, type),
    constraint engagement_total_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade
);

create index engagement_total_count on engagement_total (workspace_id, type, count, contact_id);

create index engagement_total_last on engagement_total (workspace_id, type, last_at, contact_id);

select distribute('engagement_total', 'workspace_id', 'workspace');

select secure('engagement_total');

-- What people write down about a contact, have to do, and hope to sell.
create table note (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    contact_id uuid not null,
    body text not null,
    created_by text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint note_pkey primary key (workspace_id, id),
    constraint note_contact_fkey foreign key (workspace_id, contact_id)
        references contact (workspace_id, id) on delete cascade,
    constraint note_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade
);

create index note_contact on note (workspace_id, contact_id, id);

select distribute('note', 'workspace_id', 'workspace');

select secure('note');

create table task (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    contact_id uuid not null,
    title text not null,
    status text not null default 'open',
    due_at timestamptz,
    completed_at timestamptz,
    created_by text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint task_pkey primary key (workspace_id, id),
    constraint task_contact_fkey foreign key (workspace_id, contact_id)
        references contact (workspace_id, id) on delete cascade,
    constraint task_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade,
    constraint task_status_check check (status in ('open', 'done'))
);

create index task_contact on task (workspace_id, contact_id, id);

select distribute('task', 'workspace_id', 'workspace');

select secure('task');

create table deal (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    contact_id uuid not null,
    name text not null,
    stage text not null,
    amount numeric(15, 2),
    currency text,
    closed_at timestamptz,
    created_by text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint deal_pkey primary key (workspace_id, id),
    constraint deal_contact_fkey foreign key (workspace_id, contact_id)
        references contact (workspace_id, id) on delete cascade,
    constraint deal_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade
);

create index deal_contact on deal (workspace_id, contact_id, id);

select distribute('deal', 'workspace_id', 'workspace');

select secure('deal');

-- Counters of a contact; all blank until something happens, so that an import pays nothing.
alter table contact add column total_sent integer;

alter table contact add column total_opened integer;

alter table contact add column total_clicked integer;

alter table contact add column total_replied integer;

alter table contact add column last_contacted_at timestamptz;

alter table contact add column last_opened_at timestamptz;

alter table contact add column last_replied_at timestamptz;

alter table contact add column last_activity_at timestamptz;

-- Made in the migration's transaction: nothing has happened yet, so it is empty.
-- squawk-ignore require-concurrent-index-creation
create index contact_activity on contact (workspace_id, last_activity_at)
    where last_activity_at is not null;

-- As before (0003), for both tables that are partitioned by their id.
create or replace function ensure_partitions(at timestamptz default now()) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    parent text;
    month timestamptz;
    part text;
begin
    perform pg_advisory_xact_lock(hashtext('ensure_partitions'));
    foreach parent in array array['change', 'engagement_event'] loop
        for ahead in 0..3 loop
            month := date_trunc('month', at, 'UTC') + make_interval(months => ahead);
            part := parent || to_char(month at time zone 'UTC', '_YYYY_MM');
            if to_regclass(part) is null then
                execute format(
                    'create table %I partition of %I for values from (%L) to (%L)', part, parent,
                    month_start_id(month), month_start_id(month + interval '1 month')
                );
                perform secure(part::regclass);
                execute format('revoke all on %I from nimbus_app', part);
            end if;
        end loop;
    end loop;
end
$$;

select ensure_partitions();

-- Adds to the platform-wide totals of emails (S0-09): what was sent and answered, and a bounce,
-- `hard` for good. Keys are worked on in their order.
create function registry_count(keys uuid[], sent integer[], responses integer[], bounces text[])
returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if current_ws() is null then
        raise exception 'no workspace is bound' using errcode = '42501';
    end if;
    perform 1 from global_contact g where g.email_key = any (keys) order by g.email_key for update;
    update global_contact g
    set total_sent = g.total_sent + w.sent,
        total_responses = g.total_responses + w.responses,
        bounce_status = case
            when g.bounce_status = 'hard' then 'hard'
            else coalesce(w.bounce, g.bounce_status)
        end
    from unnest(keys, sent, responses, bounces) as w (key, sent, responses, bounce)
    where g.email_key = w.key;
end
$$;

-- Takes the events of contacts of the bound workspace away for good, and what the log kept of their
-- notes, tasks and deals, which nobody may but whoever erases a person; answers how many events.
create function erase_events(contacts uuid[]) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    gone integer;
begin
    update change c set before = null, after = null
    from operation o
    where o.workspace_id = current_ws() and o.subject = 'contact' and o.subject_id = any (contacts)
        and c.workspace_id = current_ws() and c.operation_id = o.id
        and c.thing in ('note', 'task', 'deal');
    delete from engagement_event e
    where e.workspace_id = current_ws() and e.contact_id = any (contacts);
    get diagnostics gone = row_count;
    return gone;
end
$$;

-- The default scoring model gains its rules for events where nobody has touched it: the first
-- version of a workspace's model is the default, and whoever saves one makes a second. Rules get
-- the numbers after the last that any rule of the workspace ever had.
insert into scoring_model
    (workspace_id, version, weights, thresholds, rules, is_current, created_by, created_at)
select s.workspace_id, 2, s.weights, s.thresholds,
    s.rules || (
        select jsonb_agg(
            jsonb_build_object('number', last.number + r.nth) || r.rule order by r.nth
        )
        from jsonb_array_elements('[
            {"component": "engagement", "name": "Replied", "event": "replied", "points": 40, "half_life_days": 30},
            {"component": "engagement", "name": "Clicked a link", "event": "clicked", "points": 15, "half_life_days": 21},
            {"component": "engagement", "name": "Opened an email", "event": "opened", "points": 5, "half_life_days": 14},
            {"component": "engagement", "name": "Spoke on the phone", "event": "call", "points": 20, "half_life_days": 30},
            {"component": "engagement", "name": "Email bounced", "event": "bounced", "points": -30, "half_life_days": 90},
            {"component": "engagement", "name": "Unsubscribed", "event": "unsubscribed", "points": -100, "half_life_days": 365},
            {"component": "intent", "name": "Met", "event": "meeting", "points": 50, "half_life_days": 30},
            {"component": "intent", "name": "Booked a meeting", "event": "meeting_booked", "points": 50, "half_life_days": 21},
            {"component": "intent", "name": "Submitted a form", "event": "form_submitted", "points": 40, "half_life_days": 14},
            {"component": "intent", "name": "Deal opened", "event": "deal_created", "points": 60, "half_life_days": 60},
            {"component": "intent", "name": "Deal lost", "event": "deal_lost", "points": -60, "half_life_days": 60}
        ]'::jsonb) with ordinality as r (rule, nth)
    ), false, 'Nimbus', now()
from scoring_model s
join workspace w on w.id = s.workspace_id
cross join lateral (
    select coalesce(max((rule ->> 'number')::integer), 0) as number
    from scoring_model m, jsonb_array_elements(m.rules) as rule
    where m.workspace_id = w.id
) as last
where s.client_id is null and s.version = 1 and s.is_current
on conflict do nothing;

update scoring_model s set is_current = false
from workspace w
where s.workspace_id = w.id and s.client_id is null and s.version = 1 and s.is_current;

update scoring_model s set is_current = true
from workspace w
where s.workspace_id = w.id and s.client_id is null and s.version = 2
    and s.created_by = 'Nimbus' and not s.is_current
    and not exists (
        select from scoring_model o
        where o.workspace_id = w.id and o.client_id is null and o.version > 2
    );
