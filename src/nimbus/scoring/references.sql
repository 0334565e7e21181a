-- Rules of tiers and scores as they are stored.

-- name: rules
select id, name, filter, version
from icp_tier_rule
where workspace_id = %(workspace)s
order by client_id nulls first, position, id

-- name: rule
select id
from icp_tier_rule
where workspace_id = %(workspace)s and id = %(id)s

-- name: models
select id, client_id, weights, thresholds, rules, is_current
from scoring_model
where workspace_id = %(workspace)s
order by id

-- name: rewrite_rules
update icp_tier_rule r
set filter = n.filter, version = r.version + 1, updated_at = %(now)s
from unnest(%(ids)s::uuid[], %(filters)s::jsonb[]) as n (id, filter)
where r.workspace_id = %(workspace)s and r.id = n.id

-- name: rewrite_models
update scoring_model s
set rules = n.rules
from unnest(%(ids)s::uuid[], %(rules)s::jsonb[]) as n (id, rules)
where s.workspace_id = %(workspace)s and s.id = n.id
