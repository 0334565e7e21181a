-- Which rows of a batch the workspace's own two layers hold back (S1-43, S1-44).

-- name: check
-- Goes over the temporary table `batch (row_no, email, email_key, email_domain, …)`; comes out with
-- at most one line per row: that the person was erased (D-04, G-43), then the email's own entry, then
-- that of the nearest domain. A domain also holds back what lies beneath it: acme.com stops
-- mail.acme.com. Sample: workspace = a uuid.
select distinct on (row_no) row_no, layer, reason
from (
    select b.row_no, 'erased' as layer, 'compliance' as reason, -1 as distance
    from batch b
    join erasure_tombstone t on t.workspace_id = %(workspace)s and t.email_key = b.email_key
    union all
    select b.row_no, 'workspace', s.reason, 0
    from batch b
    join suppression s on s.workspace_id = %(workspace)s and s.email = b.email
    union all
    select b.row_no, 'domain', held.reason, held.distance
    from batch b
    join (
        select parent.email_domain, d.reason, parent.distance
        from (
            select email_domain, at as distance, array_to_string(labels[at:], '.') as name
            from (
                select email_domain, string_to_array(email_domain, '.') as labels
                from batch
                group by email_domain
            ) as once
            cross join generate_series(1, cardinality(labels) - 1) as at
        ) as parent
        join suppression_domain d on d.workspace_id = %(workspace)s and d.domain = parent.name
    ) as held on held.email_domain = b.email_domain
) as found
order by row_no, distance

-- name: entries
-- The lines that hold back one email, nearest first, with who wrote them and when. Sample:
-- email = 'bo@mail.acme.com', domains = '{mail.acme.com,acme.com}'.
select layer, id, name, reason, source, note, created_by, created_at
from (
    select 'workspace' as layer, s.id, s.email as name, s.reason, s.source, s.note, s.created_by,
        s.created_at
    from suppression s
    where s.workspace_id = %(workspace)s and s.email = %(email)s
    union all
    select 'domain', d.id, d.domain, d.reason, null, d.note, d.created_by, d.created_at
    from suppression_domain d
    where d.workspace_id = %(workspace)s and d.domain = any(%(domains)s)
) as found
order by layer desc, length(name) desc

-- name: platform
-- Whether the platform holds the email back, whoever holds it; asked on its own, as the registry
-- must be.
select exists (
    select from registry_totals(array[%(key)s]::uuid[]) where is_globally_suppressed
)
