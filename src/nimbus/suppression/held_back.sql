-- Whom the lines of a list of domains hold back. This room is below that of contacts, and reads only
-- this of theirs.

-- name: contacts
-- How many live contacts have their email at a domain or beneath it, no more than `most` of each.
-- Found from the ends of domains: what is beneath `moc.emca` lies from `moc.emca.` up to `moc.emca/`.
-- Sample: domains = '{acme.com}', most = 101.
select d.domain, held.contacts
from unnest(%(domains)s::text[]) as d (domain)
cross join lateral (
    select count(*) as contacts
    from (
        select
        from contact c
        where c.workspace_id = %(workspace)s and not c.is_deleted
            and reverse(c.email_domain) = reverse(d.domain)
        union all
        select
        from contact c
        where c.workspace_id = %(workspace)s and not c.is_deleted
            and reverse(c.email_domain) ~>=~ (reverse(d.domain) || '.')
            and reverse(c.email_domain) ~<~ (reverse(d.domain) || '/')
        limit %(most)s
    ) as counted
) as held
