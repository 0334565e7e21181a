-- The words that contacts and companies are found by: learning them, and finding some by a part or
-- in spite of a typing error.

-- name: learnt
select upto from search_learnt where workspace_id = %(workspace)s

-- name: next
-- How far the next step of learning goes: as many contacts as it takes at once.
select updated_at
from contact
where workspace_id = %(workspace)s and updated_at > %(after)s and updated_at <= %(upto)s
order by updated_at
offset %(step)s limit 1

-- name: learn
-- Numbers are no words: a phone is found by its digits.
insert into search_word (workspace_id, word, back)
select %(workspace)s, w.word, reverse(w.word)
from (
    select distinct unnest(tsvector_to_array(c.words)) as word
    from contact c
    where c.workspace_id = %(workspace)s and c.updated_at > %(after)s and c.updated_at <= %(upto)s
    union
    select unnest(search_words(k.name))
    from company k
    where k.workspace_id = %(workspace)s and k.updated_at > %(after)s and k.updated_at <= %(upto)s
) as w
where char_length(w.word) between 3 and 60 and w.word !~ '^[0-9]+$'
order by w.word
on conflict do nothing

-- name: mark
insert into search_learnt (workspace_id, upto) values (%(workspace)s, %(upto)s)
on conflict (workspace_id) do update set upto = greatest(search_learnt.upto, excluded.upto)

-- name: behind
-- Whether anything was written since.
select exists (
    select from contact where workspace_id = %(workspace)s and updated_at > %(after)s
) or exists (
    select from company where workspace_id = %(workspace)s and updated_at > %(after)s
)

-- name: forget
-- Words that nobody has any more.
delete from search_word w
using (
    select s.word
    from search_word s
    where s.workspace_id = %(workspace)s
    except (
        select unnest(tsvector_to_array(c.words)) from contact c where c.workspace_id = %(workspace)s
        union all
        select unnest(search_words(k.name)) from company k where k.workspace_id = %(workspace)s
    )
) as gone
where w.workspace_id = %(workspace)s and w.word = gone.word

-- name: forget_of
-- The words of contacts that go for good, but for those that somebody else has too.
delete from search_word w
using (
    select distinct unnest(tsvector_to_array(c.words)) as word
    from contact c
    where c.workspace_id = %(workspace)s and c.id = any (%(contacts)s)
) as gone
where w.workspace_id = %(workspace)s and w.word = gone.word
    and not exists (
        select from contact c
        where c.workspace_id = %(workspace)s and c.id <> all (%(contacts)s)
            and c.words @@ quote_literal(gone.word)::tsquery
    )
    and not exists (
        select from company k
        where k.workspace_id = %(workspace)s and fold(k.name) like '%%' || gone.word || '%%'
    )

-- name: near
-- The words that hold a part, and those one typing error away: a letter wrong, missing or too many,
-- or two of them swapped. With one error one half of a word is right, so that each half is looked
-- up in an index of its own. What was written since the last learning is looked through as it is.
with known as (
    select w.word from search_word w
    where w.workspace_id = %(workspace)s and w.word like %(part)s
    union
    select w.word from search_word w
    where w.workspace_id = %(workspace)s and w.word like %(front)s
    union
    select w.word from search_word w
    where w.workspace_id = %(workspace)s and w.back like %(rear)s
    union
    select w.word from search_word w
    where w.workspace_id = %(workspace)s and w.word = any (%(swapped)s)
    union
    select unnest(tsvector_to_array(c.words))
    from (
        select n.words
        from contact n
        where n.workspace_id = %(workspace)s and n.updated_at > %(learnt)s
        order by n.updated_at desc
        limit %(newest)s
    ) as c
    union
    select unnest(search_words(c.name))
    from (
        select k.name
        from company k
        where k.workspace_id = %(workspace)s and k.updated_at > %(learnt)s
        limit %(newest)s
    ) as c
), close as (
    select word, word like %(part)s as has_part,
        word = any (%(swapped)s) or %(typos)s
            and abs(char_length(word) - char_length(%(wanted)s)) <= 1
            and levenshtein_less_equal(word, %(wanted)s, 1) <= 1 as is_typo
    from known
)
select word, has_part
from close
where has_part or is_typo
order by has_part desc, char_length(word), word
limit %(most)s
