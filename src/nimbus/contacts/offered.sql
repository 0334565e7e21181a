-- What lies beside contacts, as rows of a contact's `key` and its `value`.

-- name: held
-- Contacts that the workspace's two lists hold back, each with what the nearest line says: that of
-- the email before those of domains, of these the longest. A domain also holds back what lies
-- beneath it; the words of a contact, which have those of its email, lead to it.
select distinct on (found.id) found.id as key, found.{member} as value
from (
    select c.id, 'workspace' as layer, s.reason, s.source, s.created_at, 0 as distance
    from suppression s
    join contact c
        on c.workspace_id = s.workspace_id and c.email = s.email and not c.is_deleted
    where s.workspace_id = %(workspace)s
    union all
    select c.id, 'workspace', s.reason, s.source, s.created_at, 0
    from suppression s
    join contact c on c.workspace_id = s.workspace_id and c.email = s.email and c.is_deleted
    where s.workspace_id = %(workspace)s
    union all
    select c.id, 'domain', d.reason, d.source, d.created_at, 1000 - length(d.domain)
    from suppression_domain d
    cross join lateral (
        select b.id
        from contact b
        where b.workspace_id = d.workspace_id
            and b.words @@ array_to_string(search_words(d.domain), ' & ')::tsquery
            and right('.' || b.email_domain, length(d.domain) + 1) = '.' || d.domain
        offset 0  -- Domain by domain, or every contact would be held against each.
    ) as c
    where d.workspace_id = %(workspace)s
) as found
order by found.id, found.distance
