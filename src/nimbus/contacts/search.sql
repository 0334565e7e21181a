-- The companies that a search word means, and whether a search fills a page.

-- name: companies
-- Ids of companies whose name or domain is like one of the folded patterns.
select k.id
from company k
where k.workspace_id = %(workspace)s
    and (fold(k.name) like any ({patterns}) or k.domain like any ({patterns}))

-- name: called
-- Ids of companies that have one of the words in their name; the patterns are what an index knows.
select k.id
from company k
where k.workspace_id = %(workspace)s
    and fold(k.name) like any ({patterns}) and search_words(k.name) && {words}::text[]

-- name: some
-- How many are found, counted up to a page of them.
select count(*)
from (
    select from contact m where m.workspace_id = %(workspace)s and {matching} limit %(most)s
) as found
