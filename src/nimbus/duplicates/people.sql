-- Contacts as the finder sees them. Samples: workspace = a uuid, ids = a list of uuids.

-- name: people
-- The live ones.
select c.id, c.first_name, c.last_name, c.full_name, c.name_suffix, c.email, c.phone_e164,
    c.mobile_e164, c.linkedin_url, c.twitter_url, c.city, c.state, c.company_id,
    k.name as company, k.domain, {custom} as custom
from contact c
left join company k on k.workspace_id = c.workspace_id and k.id = c.company_id
where c.workspace_id = %(workspace)s and c.id = any (%(ids)s)
    and not c.is_deleted and c.merged_into is null
order by c.id

-- name: next
-- The next contacts of a scan, in the order of their ids.
select id
from contact
where workspace_id = %(workspace)s and not is_deleted and merged_into is null
    and (%(after)s::uuid is null or id > %(after)s)
order by id
limit %(size)s

-- name: count
select count(*) from contact
where workspace_id = %(workspace)s and not is_deleted and merged_into is null
