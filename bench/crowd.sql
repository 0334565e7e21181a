-- A crowd of invented contacts, made by the database itself: what many lists are measured on.
-- Samples: workspace = a uuid, people = 1000, companies = 50, the words of bench/crowd.py.

-- name: companies
insert into company (
    workspace_id, name, name_key, domain, industry, employee_count, country, created_at, updated_at
)
select
    %(workspace)s, names.name || ' ' || n, lower(names.name) || ' ' || n,
    'company' || n || '.example',
    (%(industries)s::text[])[1 + n %% cardinality(%(industries)s::text[])],
    (%(sizes)s::int[])[1 + abs(hashint4(n)) %% cardinality(%(sizes)s::int[])],
    (array['US', 'DE', 'GB', 'FR', 'ES'])[1 + abs(hashint4(n + 7)) %% 5],
    %(now)s, %(now)s
from generate_series(1, %(companies)s) as n
cross join lateral (
    select initcap((%(names)s::text[])[1 + abs(hashint4(n + 1)) %% cardinality(%(names)s::text[])])
) as names (name)
on conflict do nothing

-- name: contacts
-- Dice are hashes of the number, so that the crowd is the same each time.
insert into contact (
    workspace_id, email, email_domain, email_key, first_name, last_name, full_name, title,
    seniority, department, phone, phone_e164, city, country, lead_source, tags, custom, company_id,
    lead_score, icp_tier, grade, score_fit, consent_status, is_deleted, deleted_at,
    created_at, updated_at
)
select
    %(workspace)s, lower(p.first || '.' || p.last) || p.n || '@' || k.domain, k.domain,
    gen_random_uuid(), p.first, p.last, p.first || ' ' || p.last,
    (%(titles)s::text[])[1 + p.a %% cardinality(%(titles)s::text[])],
    (array['c_level', 'vp', 'director', 'manager', 'individual', null])[1 + p.b %% 6],
    (array['sales', 'marketing', 'engineering', null])[1 + p.c %% 4],
    p.phone, p.phone, (%(cities)s::text[])[1 + p.a %% cardinality(%(cities)s::text[])], k.country,
    'list_' || p.c %% 40,
    case
        when p.d %% 10 < 4 then '{}'
        when p.d %% 10 < 8 then array[(%(tags)s::text[])[1 + p.a %% 8]]
        else array[(%(tags)s::text[])[1 + p.a %% 8], (%(tags)s::text[])[1 + (p.a + 3) %% 8], 'rare_' || p.d %% 500]
    end,
    case when p.e %% 10 < 3 then jsonb_build_object(
        %(mrr)s::text, p.e %% 10000, %(plan)s::text, (array['Free', 'Pro', 'Team', 'Enterprise'])[1 + p.a %% 4],
        %(renewal)s::text, date '2026-01-01' + p.b %% 700
    ) else '{}' end,
    k.id, p.score, case when p.score > 85 then 'A' when p.score > 60 then 'B' when p.score > 30 then 'C' else 'D' end,
    case when p.score > 80 then 'A' when p.score > 60 then 'B' when p.score > 40 then 'C' else 'D' end,
    p.score, (array['opted_in', 'unknown', 'unknown', 'opted_out'])[1 + p.d %% 4],
    p.n %% 50 = 0, case when p.n %% 50 = 0 then %(now)s::timestamptz end,
    %(now)s::timestamptz - make_interval(secs => (%(people)s - p.n) * 30),
    %(now)s::timestamptz - make_interval(secs => p.c %% 8000000)
from (
    select
        n, a, b, c, d, e,
        (%(firsts)s::text[])[1 + a %% cardinality(%(firsts)s::text[])] as first,
        (%(lasts)s::text[])[1 + b %% cardinality(%(lasts)s::text[])] as last,
        case when d %% 10 < 6 then '+1415' || 2000000 + c %% 7999999 end as phone,
        (a + b) %% 101 as score
    from generate_series(%(first)s::int, %(last)s::int) as n
    cross join lateral (
        select abs(hashint4(n) / 2) as a, abs(hashint4(n + 10000019) / 2) as b,
            abs(hashint4(n + 20000003) / 2) as c, abs(hashint4(n + 30000001) / 2) as d,
            abs(hashint4(n + 40000003) / 2) as e
    ) as dice
) as p
join company k on k.workspace_id = %(workspace)s
    and k.domain = 'company' || 1 + p.c %% %(companies)s || '.example'
on conflict do nothing
