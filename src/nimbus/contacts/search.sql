-- The companies that a search word means.

-- name: companies
-- Ids of companies whose name or domain is like one of the folded patterns.
select k.id
from company k
where k.workspace_id = %(workspace)s
    and (fold(k.name) like any ({patterns}) or k.domain like any ({patterns}))
