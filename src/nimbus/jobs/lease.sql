-- Workers and their heartbeats; `lease` is for how many seconds one is believed to live.

-- name: heartbeats
-- How many workers live, and the seconds since the last sign of any of them; null without one.
select
    count(*) filter (where seconds < %(lease)s) as alive,
    min(seconds) as seconds
from (
    select extract(epoch from clock_timestamp() - last_heartbeat)::float8 as seconds
    from procrastinate_workers
) as worker

-- name: begun
-- What the queue takes for being run by a worker.
select id from procrastinate_jobs where status = 'doing' and worker_id = %(worker)s

-- name: give_back
-- What dead workers had begun, and what is `forgotten`, becomes new entries. The old ones go: a worker that was
-- only asleep would else end an entry that is another's by now. They go before what has not begun. Whoever asks is
-- alive, however late the sign of it comes on a busy machine: what it is `running` stays its own.
with abandoned as (
    delete from procrastinate_jobs j
    where j.status = 'doing' and (
        j.id = any (%(forgotten)s)
        or j.id <> all (%(running)s) and not exists (
            select from procrastinate_workers w
            where w.id = j.worker_id
                and w.last_heartbeat > clock_timestamp() - make_interval(secs => %(lease)s)
        )
    )
    returning j.queue_name, j.task_name, j.priority, j.lock, j.queueing_lock, j.args, j.attempts
)
insert into procrastinate_jobs
    (queue_name, task_name, priority, lock, queueing_lock, args, attempts)
select queue_name, task_name, greatest(priority, 1), lock, queueing_lock, args, attempts
from abandoned
on conflict do nothing
returning id, task_name
