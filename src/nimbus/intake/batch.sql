-- A batch on its way in: rows of `import_stage` with what has been decided about them.

-- name: make_batch
create temporary table if not exists batch (
    like import_stage,
    outcome text,
    reason text,
    until timestamptz,
    duplicate_of integer,
    contact_id uuid,
    is_new boolean not null default false,
    was_trashed boolean not null default false,
    company_id uuid,
    follows text[]
) on commit delete rows

-- name: empty
delete from batch

-- name: analyze
-- Only what statements join or choose by; the rest would take longer than it saves.
analyze batch (email_key, row_no, outcome, is_new, contact_id, email, email_domain, company_domain,
    company_name_key)

-- name: has_archived
-- Whether anybody was ever merged here.
select exists (
    select from contact g where g.workspace_id = %(workspace)s and g.merged_into is not null
)

-- name: lead_on
-- Rows with the email of a contact that was archived by a merge mean the one that lives on (D-29),
-- and are told by its email from here on; the row of the source keeps its own in `detail`. `table`
-- is `batch` or `import_stage`.
update {table} b
set email = s.email, email_domain = s.email_domain, email_key = s.email_key,
    detail = coalesce(b.detail, '{{}}') || jsonb_build_object('merged_email', b.email)
from (
    select distinct on (g.email) g.email as was, k.email, k.email_domain, k.email_key
    from contact g
    join contact k on k.workspace_id = %(workspace)s and k.id = g.merged_into
    where g.workspace_id = %(workspace)s and g.merged_into is not null and g.email <> k.email
        and not exists (
            select from contact l
            where l.workspace_id = %(workspace)s and l.email = g.email and not l.is_deleted
        )
    order by g.email, g.deleted_at desc
) as s
where {mine} and b.email = s.was

-- name: duplicates
-- Rows that repeat an email of the batch: folded into the first, whose values `fold` has taken.
update batch b
set outcome = 'skipped', reason = 'duplicate_in_file', duplicate_of = f.first
from (
    select email_key, min(row_no) as first from batch
    group by email_key having count(*) > 1
) as f
where b.email_key = f.email_key and b.row_no <> f.first

-- name: conflicting_domains
-- Two company domains for one email within the batch are noted on the row that is kept (S1-30).
update batch b
set detail = coalesce(b.detail, '{}') || jsonb_build_object('conflicts', jsonb_build_array(
    jsonb_build_object('field', 'company.domain', 'in_file', f.domains)
))
from (
    select email_key, min(row_no) as first, jsonb_agg(distinct company_domain) as domains
    from batch
    where company_domain is not null and not domain_derived
    group by email_key having count(distinct company_domain) > 1
) as f
where b.email_key = f.email_key and b.outcome is null

-- name: match
-- The contact of each email: the live one, else the one last put into the trash (D-29). What an
-- import rollback trashed counts as none. Each is looked up in its own index, row by row: joined,
-- all contacts of the workspace would be read for each batch.
update batch b
set contact_id = m.id, was_trashed = m.is_trashed
from (
    select f.row_no, coalesce(f.live, f.gone) as id, f.live is null as is_trashed
    from (
        select l.row_no, l.live, case when l.live is null then (
            select c.id
            from contact c
            where c.workspace_id = %(workspace)s and c.email = l.email and c.is_deleted
                and c.merged_into is null
                and c.deletion_reason is distinct from 'import_rollback'
            order by c.deleted_at desc
            limit 1
        ) end as gone
        from (
            select b.row_no, b.email, (
                select c.id from contact c
                where c.workspace_id = %(workspace)s and c.email = b.email and not c.is_deleted
            ) as live
            from batch b
            where b.outcome is null
            offset 0
        ) as l
        offset 0
    ) as f
) as m
where b.row_no = m.row_no and m.id is not null

-- name: elsewhere
update batch b
set outcome = 'skipped', reason = 'assigned_elsewhere', until = c.until,
    detail = case
        when c.holder is null then b.detail
        else coalesce(b.detail, '{}') || jsonb_build_object('held_by', c.holder)
    end
from claim c
where c.email_key = b.email_key and b.outcome is null and c.state = 'elsewhere'

-- name: opted_out
-- The platform layer: who opted out everywhere is honoured in every workspace (S1-45).
update batch b
set outcome = 'suppressed', reason = 'platform:opt_out'
from claim c
where c.email_key = b.email_key and b.outcome is null and c.state = 'opted_out'

-- name: by_option
-- What the options say of contacts that are here already, or not yet (D-04, D-20, F-01).
update batch b
set outcome = case
        when b.contact_id is not null and not b.was_trashed and %(behavior)s = 'error'
            then 'errored'
        else 'skipped'
    end,
    reason = case
        when b.was_trashed then 'in_trash'
        when b.contact_id is null then 'not_here'
        else 'already_here'
    end
where b.outcome is null
    and (
        (b.was_trashed and %(in_trash)s = 'skip')
        or (b.contact_id is not null and not b.was_trashed
            and %(behavior)s in ('skip', 'error', 'create_only'))
        or ((b.contact_id is null or (b.was_trashed and %(in_trash)s = 'new'))
            and %(behavior)s = 'update_only')
    )

-- name: inherited
-- The new contact of a person in the trash takes over what the trashed ones refused: of all of
-- them the strictest, where that is stricter than what the row says (G-02).
update batch b
set {ladders}, {evidence},
    detail = case
        when {protected}
            then coalesce(b.detail, '{{}}') || jsonb_build_object('consent_protected', true)
        else b.detail
    end
from (
    select b.email_key, {strictest}
    from batch b
    join contact c on c.workspace_id = %(workspace)s and c.email = b.email and c.is_deleted
    where b.outcome is null and b.was_trashed and c.merged_into is null
        and c.deletion_reason is distinct from 'import_rollback'
    group by b.email_key
) as c
where c.email_key = b.email_key and b.outcome is null and b.was_trashed

-- name: new_again
-- A trashed contact that is to stay in the trash while a new one is made beside it (`new`).
update batch set contact_id = null, was_trashed = false
where outcome is null and was_trashed

-- name: to_be_written
-- Rows that nothing keeps out and that tell of their company, of a batch that is a whole source.
select s.* from batch s
left join contact c on c.workspace_id = %(workspace)s and c.id = s.contact_id
left join company k on k.workspace_id = %(workspace)s and k.id = c.company_id
where s.outcome is null and {tells}

-- name: undecided
-- What an earlier look found is looked for again.
update batch set contact_id = null, was_trashed = false
where outcome is null and (contact_id is not null or was_trashed)

-- name: suppress
-- The workspace and the domain layer (S1-43, S1-44); `check` is the suppression room's statement.
update batch b
set outcome = 'suppressed', reason = s.layer || ':' || s.reason
from ({check}) as s
where s.row_no = b.row_no and b.outcome is null

-- name: too_many
-- New contacts, and those brought back, beyond the workspace's hard limit are refused and say so
-- (S0-80).
update batch b
set outcome = 'errored', reason = 'contact_limit'
from (
    select row_no, row_number() over (order by row_no) as nth
    from batch where outcome is null and (contact_id is null or was_trashed)
) as n
where n.row_no = b.row_no
    and n.nth > %(limit)s - (
        select count(*) from contact where workspace_id = %(workspace)s and not is_deleted
    )

-- name: who_is_left
-- Whether new contacts are going to be written, and whether any that are here.
select coalesce(bool_or(is_new), false) as new, coalesce(bool_or(not is_new), false) as here
from batch where outcome is null

-- name: other_company
-- The file names another company domain than the contact has; or it names another company than the
-- contact keeps, and nothing says which is meant (S1-30).
update batch b
set detail = coalesce(b.detail, '{}') || jsonb_build_object('conflicts',
    coalesce(b.detail -> 'conflicts', '[]') || case
        when not b.domain_derived and b.company_domain <> k.domain
            then jsonb_build_array(jsonb_build_object(
                'field', 'company.domain', 'was', k.domain, 'now', b.company_domain
            ))
        else '[]'
    end || case
        when b.company_id = c.company_id and b.company_name_key <> k.name_key
            and (b.domain_derived or b.company_domain is null or b.company_domain <> k.domain)
            then jsonb_build_array(jsonb_build_object(
                'field', 'company.name', 'was', k.name, 'now', b.company_name
            ))
        else '[]'
    end)
from contact c
join company k on k.workspace_id = c.workspace_id and k.id = c.company_id
where c.workspace_id = %(workspace)s and c.id = b.contact_id
    and b.outcome is null and not b.is_new
    and (
        (not b.domain_derived and b.company_domain <> k.domain)
        or (b.company_id = c.company_id and b.company_name_key <> k.name_key
            and (b.domain_derived or b.company_domain is null or b.company_domain <> k.domain))
    )

-- name: other_name
-- The same of a contact that is new, whose email alone says which company is meant: it keeps its
-- name, and the other that is given is told (S1-30).
update batch b
set detail = coalesce(b.detail, '{}') || jsonb_build_object('conflicts',
    coalesce(b.detail -> 'conflicts', '[]') || jsonb_build_array(jsonb_build_object(
        'field', 'company.name', 'was', k.name, 'now', b.company_name
    )))
from company k
where k.workspace_id = %(workspace)s and k.id = b.company_id
    and b.outcome is null and b.is_new and b.domain_derived and b.company_name_key <> k.name_key

-- name: protected_consent
-- The row would loosen a consent or lift an opt-out: the contact keeps its own (G-02).
update batch b
set detail = coalesce(b.detail, '{{}}') || jsonb_build_object('consent_protected', true)
from contact c
where c.workspace_id = %(workspace)s and c.id = b.contact_id
    and b.outcome is null and not b.is_new
    and ({protected})

-- name: finished
-- A row is unchanged when neither its contact nor the company it tells of learnt anything (D-05).
-- Rows of new contacts are left as they are, which means `imported`: each would be written anew.
update batch b set
    outcome = 'updated',
    reason = case
        when was_trashed then 'restored'
        when not contact_id = any (%(changed)s) and not {company_changed} then 'unchanged'
    end
where outcome is null and not is_new

-- name: outcomes
select row_no, line, email,
    case when is_new and outcome is null then 'imported' else outcome end as outcome,
    reason, until, duplicate_of, contact_id, detail
from batch
order by row_no
